"""The board: sealed replies wait in a queue and leave at a constant rate, signed with the publisher key."""
