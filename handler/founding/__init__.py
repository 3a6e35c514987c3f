"""How a site and its consoles come to be: founding, joining, what the root signs, recovery."""
