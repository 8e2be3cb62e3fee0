"""The knowledge base of Sote-opas: facts with evidence, search and answers. Knows nothing of Rasa or the web."""
