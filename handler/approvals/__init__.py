"""Acts that take two people: one asks, another who is signed in approves."""
