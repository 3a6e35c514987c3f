"""The lifecycle of a case: states, who may move it, what must be recorded first, and its clocks."""
