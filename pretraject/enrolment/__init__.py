"""People known to the authority: identifiers, enrolments, access codes, dated policy."""
