"""Search over what is sealed: an index of keyed values that says no word, and finds only cases whose key one holds."""
