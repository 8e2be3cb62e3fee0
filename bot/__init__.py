"""Rasa side of Sote-opas: graph components, the channel, training data and the process runner."""
