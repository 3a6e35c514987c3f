"""The drop: the public site, its interface, the private pickup listener, and the reporter on the command line."""
