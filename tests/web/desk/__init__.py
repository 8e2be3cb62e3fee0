"""Tests of the counsellors' desk, over a tiny base with a fake embedder."""
