"""Writing to a reporter with care: warnings while composing, ready questions, and the line to becoming an informant."""
