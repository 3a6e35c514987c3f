"""Candour's tests. They mirror the packages; what they share is in tests.support."""
