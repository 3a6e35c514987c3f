"""Two records of one person, two reports of one source: found before two units work on the same thing unknowing."""
