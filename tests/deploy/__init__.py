"""The files that say how Candour is really run."""
