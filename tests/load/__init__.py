"""Speed and memory, measured beside Rasa's own starter project."""
