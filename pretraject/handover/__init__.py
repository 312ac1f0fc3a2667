"""Agencies: counsellors find one person, check who it is, and help them to go on after arrival."""
