"""Questions written by people who had not seen the knowledge base's own, and what is measured with them."""
