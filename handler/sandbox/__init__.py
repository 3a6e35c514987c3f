"""Programs that look into what strangers send, each in a process of its own that can reach nothing."""
