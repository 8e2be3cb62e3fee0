"""What keeps the lists of packages, licences and advisories; see the Makefile."""
