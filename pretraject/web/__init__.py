"""Flask without domain: sessions, errors, forms, languages, headers, static files."""
