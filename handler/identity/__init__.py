"""The people of a console: roles, sign-in, sessions."""
