"""How fast the site is; `make bench` runs it. Tests never look at the clock."""
