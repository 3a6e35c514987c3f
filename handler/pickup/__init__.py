"""Pulling what the drop holds, sending what the board shows, destroying what is old. Opens nothing."""
