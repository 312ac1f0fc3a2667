"""Modules of content: their source files, translations, checks, releases and reading."""
