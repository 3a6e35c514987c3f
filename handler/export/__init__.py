"""What leaves a case: for a named recipient and purpose, without the reporter's words, approved by a second person."""
