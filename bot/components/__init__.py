"""Rasa graph components and the input channel."""
