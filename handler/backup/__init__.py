"""A console's whole state as files, and a console out of such files: both databases of one moment, keys and pieces."""
