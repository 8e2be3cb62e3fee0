"""Questions written, with language models' help, without sight of the knowledge base's own, and what is measured with them."""
