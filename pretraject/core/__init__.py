"""Ground without Flask: database, errors, clock, locales, crypto, outgoing mail."""
