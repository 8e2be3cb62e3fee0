"""Tests of the custom actions, with a fake knowledge base."""
