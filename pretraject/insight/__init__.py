"""Staff: sign-in and their home page; figures and plots to come."""
