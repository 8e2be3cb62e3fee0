"""The web side of Sote-opas: the residents' page and the relay to Rasa."""
