"""What must not be read on: sealed out of its case under a key of its own, for those whose business it is."""
