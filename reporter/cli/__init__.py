"""The reporter on the command line: it holds words and keys, so nothing that serves requests imports it."""
