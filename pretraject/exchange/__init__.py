"""Authorities: enrolments in, completions out."""
