"""Questions written without sight of the knowledge base's own, by language models, and what is measured with them."""
