"""Lessons a person has read, and the place where they go on."""
