"""What is handed out on paper: the confirmation of a completed track, in Dutch and one more language."""
