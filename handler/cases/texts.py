"""What the console tells a reporter by itself."""

ACKNOWLEDGEMENT = (
    "Thank you. Your report has arrived and has been opened. Someone will read it and answer here. "
    "Come back in about 7 days; it is fine to look sooner, and you can add to your report whenever you like."
)
