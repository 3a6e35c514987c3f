"""The errors that SPEC.md names. The docstring of each is the sentence a person reads; `name` is for programs."""

from __future__ import annotations


class ProtocolError(Exception):
    """Something in what was received is not as it must be. Load the page again; if it stays so, tell the unit."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def name(self) -> str:
        """The error's name in SPEC.md."""
        return type(self).__name__

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return (type(self).__doc__ or "").strip()

    def __str__(self) -> str:
        return f"{self.sentence} ({self.name}{': ' + self.detail if self.detail else ''})"


class BadLength(ProtocolError):
    """This is longer or shorter than it must be. It was cut off or changed on the way: fetch or send it again."""


class BadVersion(ProtocolError):
    """This was made by another version of Candour. Load the page again, or update this program."""


class BadKind(ProtocolError):
    """This is a document of another kind than the one expected here. Fetch it again."""


class BadSignature(ProtocolError):
    """The signature is not right, so this may be a forgery. Do not use it; tell the unit if it stays so."""


class BadJson(ProtocolError):
    """The content is not written in the one permitted way. It was not made by a correct program: discard it."""


class BadField(ProtocolError):
    """A part of the content is missing, unknown or of the wrong type. No correct program made it: discard it."""


class WrongSite(ProtocolError):
    """This belongs to another site. Check the address, and that this program was made for that site."""


class RolledBack(ProtocolError):
    """The site shows an older state than one already published. Do not send now; load the page again later."""


class AudienceChanged(ProtocolError):
    """The site now names other recipients for your words than before. Do not send; reach them in another way."""


class Expired(ProtocolError):
    """The site's keys are out of date, so nothing can be sealed. Try again later, and check this device's date."""


class NoEpoch(ProtocolError):
    """The site has no valid keys for every recipient at present. Nothing can be sealed; try again later."""


class WrongEpoch(ProtocolError):
    """This was sealed for another week's key. Open it with that key."""


class NotAddressed(ProtocolError):
    """This is not addressed to this group. Decoys and posts to others look the same. There is nothing to do."""


class BadBox(ProtocolError):
    """The sealed content was changed after sealing. It cannot be read: discard it."""


class BadPadding(ProtocolError):
    """There is something where there must be only zeros. It was not made by a correct program: discard it."""


class BadSuccessor(ProtocolError):
    """The new words of this post are not signed by their own key, or are not there at all. Discard it."""


class Replayed(ProtocolError):
    """This post was seen before in its conversation. Discard it."""


class BadWordCount(ProtocolError):
    """There must be twelve words. Type all twelve, in the order you wrote them down."""


class UnknownWord(ProtocolError):
    """One of the words is not in the list of words. Check how it is spelt; its first four letters are enough."""

    def __init__(self, position: int) -> None:
        super().__init__(f"word {position + 1}")
        self.position = position  # counted from 0


class BadChecksum(ProtocolError):
    """Check these words: one of them is not as you wrote it down, or two stand in each other's place."""


class UnknownAudience(ProtocolError):
    """Check these words: the site does not know the recipients they stand for."""


class ThreadKnown(ProtocolError):
    """This conversation already belongs to another author. Do not join the two."""


class TooLarge(ProtocolError):
    """This is too large to be sent: a file may have 128 MiB, a text about 15,000 letters. Send a part of it."""


class BadCount(ProtocolError):
    """The number of this file's pieces does not fit its size. The file cannot be opened: ask for it again."""


class BadHash(ProtocolError):
    """These are not the bytes that were announced. Fetch them again; if it stays so, ask for the file or page again."""


class BadPiece(ProtocolError):
    """A piece of this file was changed or belongs to another file. Ask for the file again."""


class DamagedFile(ProtocolError):
    """This picture is damaged, so what it tells about you cannot be removed. Take it out, or send another copy."""


class BadStamp(ProtocolError):
    """The stamp on this post is wrong or too old. Fetch the site's state and stamp it again."""


class BadCover(ProtocolError):
    """A reply's outer layer does not open. It is passed over."""


class BadSeal(ProtocolError):
    """This does not open with this key. Check that it is the key it was sealed to."""


class BadCertificate(ProtocolError):
    """The key that signed this was not certified for it, was revoked, or not on that day. Do not trust it."""


class BadProof(ProtocolError):
    """This proof of report is not about your report. Do not rely on it, and tell the unit."""


class BadTime(ProtocolError):
    """The time of this publication is more than an hour off. Set the clocks of the console and the drop."""


class BadPassphrase(ProtocolError):
    """The passphrase is not right, or the stored key was changed. Type it again."""


class BadShares(ProtocolError):
    """These recovery shares do not fit together, or are too few. Check each word, and that all are of one set."""
