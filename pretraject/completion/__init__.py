"""Who completed what, as facts, and the feed that tells authorities."""
