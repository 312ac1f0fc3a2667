"""The module test: drawing questions, keeping answers, judging by the rules."""
