"""Fixtures of this folder."""

from tests.exchange.programs import program, sqlite_program

__all__ = ["program", "sqlite_program"]
