"""Whole stories over the real thing: founded sites, running drop and consoles, a real browser."""
