"""The console's keys: who holds which secret, and the certificates that others check."""
