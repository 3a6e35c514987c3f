"""The console, on real SQLite and PostgreSQL."""
