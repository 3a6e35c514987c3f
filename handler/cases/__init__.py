"""Cases: contents under case keys, the conversation, the files, the threads that lead to a reporter."""
