"""Speeds and sizes: `make bench`. Not part of the test suite, and asserts nothing."""
