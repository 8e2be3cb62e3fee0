"""Tests of the Rasa side: components, channel, training data and the process runner."""
