"""The people of a case: who is in it, in which role, and what follows from that."""
