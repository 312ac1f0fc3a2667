"""Who someone is to this site: sign-in names, secrets, sessions, roles."""
