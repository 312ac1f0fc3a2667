"""The editors' door: checking, formatting, translating and publishing content."""
