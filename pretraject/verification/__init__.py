"""Whether every row is one that the rules made: what was changed, taken out or put in is named."""
