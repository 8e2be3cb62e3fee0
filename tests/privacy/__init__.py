"""Generated personal data in running Finnish text, and whether any of it is found where something is kept."""
