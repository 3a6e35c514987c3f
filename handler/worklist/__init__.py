"""The one ranked list of cases: what a person sees of it, views of it, and what is done to several cases at once."""
