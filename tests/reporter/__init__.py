"""The drop: its rules in one process, and its behaviour over the wire."""
