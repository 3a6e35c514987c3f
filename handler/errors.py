"""What the console refuses, as events with a name. The docstring is the sentence that the user reads."""


class Refused(Exception):
    """This was refused. Nothing was changed."""

    def __str__(self) -> str:
        """The class's sentence, with the particulars given when it was raised."""
        sentence = " ".join((type(self).__doc__ or "").split())
        particulars = "; ".join(str(argument) for argument in self.args)
        return f"{sentence} ({particulars})" if particulars else sentence


class NotFounded(Refused):
    """There is no console in this folder. Found one with `handler init`, or name its folder with --home."""


class AlreadyFounded(Refused):
    """A console, a site or its root keys exist there, and founding never overwrites. Choose an empty folder."""


class NotYetMember(Refused):
    """The roster does not name this console yet. Have its join.request signed with `handler root sign`; try again."""


class NotAllowed(Refused):
    """Your keys do not open this. Ask a supervisor who holds it."""


class DatabaseTaken(Refused):
    """This database already belongs to a console. Give an empty one, or drop what a broken-off founding left."""
