"""Learners' pages: reading, signing in, the test, my path."""
