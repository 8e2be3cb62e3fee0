"""Tests of the web app, with a fake Rasa."""
