"""A person's rights, and how long anything is kept: export, erasure, retention."""
