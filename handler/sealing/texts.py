"""What the reporter can be told after a spillage. It says nothing of what was in the message."""

TOO_SENSITIVE = (
    "Thank you for what you sent. Part of it may be more sensitive than this service is allowed to hold, so it has "
    "been sealed, and nobody reads on here. Nobody in this unit will treat you worse for having sent it, and reprisal "
    "against you for speaking up is misconduct, as before.\n\n"
    "Please do not send it again here. If you want to pass it on, bring it in person: ask a security officer of the "
    "NCA for a secure conversation with the professional standards unit. You can go on writing to us here about "
    "everything that is not classified."
)
