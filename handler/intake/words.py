"""Twelve words made for somebody who rang, wrote or came, so that they can follow their case on the site.

Made as a phone makes them (SPEC 3), held for one answer of the console, and kept nowhere: what stays in the case is
what every report brings, the public halves and the secret of the thread.
"""

from dataclasses import dataclass, field

from crypto import code as codes
from crypto.post import SEEN, Post, Report, blind_seen, encode_post
from crypto.roster import Roster
from crypto.secret import ReportCode
from handler.cases.desk import Desk
from handler.cases.records import ThreadSecrets
from handler.errors import Refused
from handler.intake.newcases import FirstReport
from handler.roster import current_roster


class NoAudience(Refused):
    """The roster has no audience for this console alone, so no words can be made here. Enter it without words."""


@dataclass(frozen=True)
class Code:
    """Words and what comes of them. `group`: of this console."""

    group: str
    _code: ReportCode = field(repr=False)
    keys: codes.Keys = field(repr=False)

    @property
    def words(self) -> tuple[str, ...]:
        """To be shown once."""
        return tuple(codes.words(self._code))

    @property
    def secrets(self) -> ThreadSecrets:
        return ThreadSecrets(self.keys.secrets[self.group], self.keys.sign_public, self.keys.reader_public)

    def first_report(self, desk: Desk, report: Report, *, day: int, channel: str, with_words: bool) -> FirstReport:
        """As a phone writes it. Without words the public halves in it are of words that nobody has."""
        post_id = desk.random(16)
        seen = {self.group: blind_seen(bytes(SEEN), self.keys.secrets[self.group], post_id)}
        post = Post(post_id, self.keys.sign_public, self.keys.reader_public, (report,), seen)
        words = self.secrets if with_words else None
        return FirstReport(self.group, day, post, encode_post(post), words, channel)


def new_code(desk: Desk, groups: tuple[str, ...]) -> Code:
    """For the first of the groups that the roster has alone. Raises NoAudience, NotYetMember, RosterEnded."""
    audience, group = _own_audience(current_roster(desk.settings, desk.today()), groups)
    code = codes.new_code(audience, desk.random)
    return Code(group, code, codes.derive(code, desk.site, (group,)))


def throw_away_code(desk: Desk) -> Code:
    """For who is given no words: its words are shown to nobody."""
    group = desk.settings.console.groups[0]
    code = codes.new_code(0, desk.random)
    return Code(group, code, codes.derive(code, desk.site, (group,)))


def _own_audience(roster: Roster, groups: tuple[str, ...]) -> tuple[int, str]:
    """The audience of one of the console's groups and nobody else's, and that group."""
    for group in groups:
        for audience in roster.audiences:
            if audience.groups == (group,):
                return audience.number, group
    raise NoAudience
