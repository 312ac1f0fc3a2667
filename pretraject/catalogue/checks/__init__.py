"""Every fault of the content at once: where it is, what is wrong, how to put it right."""
