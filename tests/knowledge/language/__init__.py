"""Tests of the Finnish analysis."""
