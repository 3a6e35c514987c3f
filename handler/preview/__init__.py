"""What a stranger sent, looked into on request: decoded and drawn anew where nothing can be reached."""
