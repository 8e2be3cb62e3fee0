"""Tests of the language check and of the editors' guide."""
