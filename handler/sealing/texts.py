"""What the reporter can be told after a spillage. It says nothing of what was in the message."""

TOO_SENSITIVE = (
    "Thank you for what you sent. Part of it may be more sensitive than this service is allowed to hold, so we have "
    "sealed it and will not read it here. You have done nothing wrong by telling us, and nobody will be told that you "
    "did: you are not in trouble for it, and you are protected from reprisal as before.\n\n"
    "Please do not send it again here. If you want to pass it on, you can bring it in person: ask the security officer "
    "of any NCA office for a secure conversation with the professional standards unit. You need not give your name "
    "here, and you can go on writing to us about everything that is not classified."
)
