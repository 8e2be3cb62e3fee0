"""Conversations asked over REST of really running servers."""
