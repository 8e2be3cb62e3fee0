"""Faults of the embedded deployment: what a person notices. `tests/scaled` has those of the engines."""
