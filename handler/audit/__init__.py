"""The audit chain: what was done, by whom, in which case; never what was written."""
