"""How fast the site is, measured against what limits it: `make bench`."""
