"""Why the command line could not do what was asked. The docstring of each is the sentence a person reads."""

from __future__ import annotations


class Refused(Exception):
    """Something could not be done."""

    def __str__(self) -> str:
        detail = super().__str__()
        sentence = (type(self).__doc__ or "").strip()
        return f"{sentence} ({detail})" if detail else sentence


class BadAddress(Refused):
    """The site's address must begin with http:// or https:// and name a host."""


class Offline(Refused):
    """The site cannot be reached. Check the connection and try again; what was sealed is not lost by trying again."""


class NotCertain(Refused):
    """The site's answer was lost, so it may be stored or not. Keep the words; check with them before you send again."""


class Busy(Refused):
    """The site is too busy at present. Nothing was stored; try again in a few minutes."""


class Full(Refused):
    """The site has no room for this at present. Nothing was stored; try again later, or without files."""


class Malformed(Refused):
    """The site does not take what this program sends. Update this program, or use the site in a browser."""


class StampRefused(Refused):
    """The site refused the stamp twice. Try again in a minute."""


class BadPinsFile(Refused):
    """The file of pins cannot be read. Give the site.json that the site's operator publishes, with --pins FILE."""


class NoText(Refused):
    """There is nothing to send. Write the text on standard input."""


class NotText(Refused):
    """What came on standard input is not text in UTF-8. Send it as a file, with --attach."""


class TooLong(Refused):
    """The text is too long for one report. Shorten it, or send it as a file with --attach."""


class NoSuchGroup(Refused):
    """The site has no such recipients. Choose one of those it has."""


class UnreadableFile(Refused):
    """This file cannot be read."""


class CannotClean(Refused):
    """Hidden details cannot be removed from this kind of file. Leave it out, or send it all the same with --as-is."""


class FileThere(Refused):
    """There is a file of this name already. Choose another name."""


class NoProof(Refused):
    """There is no proof of report yet. It comes with the first reply."""


class CheckWords(Refused):
    """Check these words."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.hint = hint

    def __str__(self) -> str:
        return f"Check these words. {self.hint}"
