"""Backups: both databases of one moment, and what is never put back."""
