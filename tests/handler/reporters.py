"""A drop in memory and the people who use it: posts as a phone makes them, replies as a phone reads them."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crypto import pieces
from crypto.board import Kind
from crypto.bulletin import parse_bulletin
from crypto.calendar import day_of
from crypto.code import Keys, derive, new_code
from crypto.documents import parse_roster
from crypto.envelope import Recipient, decoy, envelope_id, seal
from crypto.errors import ProtocolError
from crypto.pins import Pins
from crypto.post import Answer, FileRef, FollowUp, Item, NewCode, Post, Report, Withdraw, blind_seen, encode_post
from crypto.reading import Message, Replies, read_replies
from crypto.secret import ContentKey, ThreadSecret
from crypto.state import State, choose_epoch, encode_state, group_keys, parse_state
from crypto.suite import h
from handler.cases.desk import Desk
from handler.intake.opening import Batch, open_batch
from handler.keys.unlocked import Unlocked
from handler.pickup.cycle import Done, run_cycle
from handler.pickup.drop import DropUnreachable, PublicationRefused, PulledEnvelope
from tests.handler.founded import FoundedConsole, Person

QUESTIONNAIRE = "2026-11"


@dataclass
class MemoryDrop:
    """SPEC 9 for one console, and /state for everyone. `down` makes it answer nobody."""

    roots: tuple[bytes, bytes]
    today: int
    kept: dict[bytes, PulledEnvelope] = field(default_factory=dict)
    files: dict[bytes, bytes] = field(default_factory=dict)
    published: dict[str, tuple[bytes, bytes, bytes]] = field(default_factory=dict)
    down: bool = False
    refuse: str = ""

    def take(self, envelope: bytes) -> None:
        identity = envelope_id(envelope)
        self.kept[identity] = PulledEnvelope(identity, self.today, envelope)

    def envelopes(self) -> list[PulledEnvelope]:
        self._answer()
        return list(self.kept.values())[:1000]

    def acknowledge_envelopes(self, ids: Iterable[bytes]) -> None:
        self._answer()
        for identity in list(ids):
            self.kept.pop(identity, None)

    def pieces(self) -> list[bytes]:
        self._answer()
        return list(self.files)

    def piece(self, name: bytes) -> bytes | None:
        self._answer()
        return self.files.get(name)

    def acknowledge_pieces(self, names: Iterable[bytes]) -> None:
        self._answer()
        for name in list(names):
            self.files.pop(name, None)

    def publish(self, roster: bytes, bulletin: bytes, board: bytes) -> None:
        self._answer()
        if self.refuse:
            raise PublicationRefused(self.refuse)
        try:
            parsed = parse_bulletin(bulletin, parse_roster(roster, self.roots))
        except ProtocolError as error:
            raise PublicationRefused(error.name) from error
        if h(board) != parsed.board:
            raise PublicationRefused("BadHash")
        before = self.published.get(parsed.console)
        if before == (roster, bulletin, board):
            return
        if before is not None and self._number(before) >= parsed.number:
            raise PublicationRefused("RolledBack")
        self.published[parsed.console] = (roster, bulletin, board)

    def _number(self, publication: tuple[bytes, bytes, bytes]) -> int:
        return parse_bulletin(publication[1], parse_roster(publication[0], self.roots)).number

    def state(self, pins: Pins) -> State:
        """As a visitor's page has it after its checks."""
        shown = [self.published[name] for name in sorted(self.published)]
        raw = encode_state(14, shown[0][0], [bulletin for _, bulletin, _ in shown], [board for _, _, board in shown])
        return parse_state(raw, pins)

    def _answer(self) -> None:
        if self.down:
            raise DropUnreachable("test")


@dataclass
class Site:
    """One console with its drop."""

    console: FoundedConsole
    drop: MemoryDrop

    @classmethod
    def of(cls, console: FoundedConsole) -> "Site":
        return cls(console, MemoryDrop(console.settings.console.root_keys, day_of(console.clock())))

    @classmethod
    def published(cls, console: FoundedConsole, **policy: int) -> "Site":
        """After a first publication, with a policy of its own where one is given."""
        if policy:
            set_policy(console, **policy)
        made = cls.of(console)
        made.cycle()
        return made

    @property
    def pins(self) -> Pins:
        config = self.console.settings.console
        return Pins(config.site_id, config.root_keys, 1, {1: ("psu",)})

    def state(self) -> State:
        return self.drop.state(self.pins)

    def cycle(self, every: int = 0) -> Done:
        """One cycle of the unattended process, a little later than the one before."""
        self.console.clock.forward(60)
        self.drop.today = day_of(self.console.clock())
        return run_cycle(self.console.databases, self.console.settings, self.drop, every, self.console.clock)

    def desk(self, person: Person | None = None) -> Desk:
        who: Unlocked = self.console.unlocked(person or self.console.supervisor)
        return Desk(self.console.databases, self.console.settings, who, self.console.clock)

    def open(self, person: Person | None = None) -> Batch:
        return open_batch(self.desk(person), seconds=60)

    def deliver(self, *envelopes: bytes) -> Batch:
        """From the drop's taking them to the opened inbox."""
        for envelope in envelopes:
            self.drop.take(envelope)
        done = self.cycle()
        assert not done.problems
        return self.open()


@dataclass
class Reporter:
    """Somebody with words, who seals for the state of the moment."""

    keys: Keys
    site: Site

    @classmethod
    def new(cls, site: Site, groups: Iterable[str] = ("psu",), audience: int = 1) -> "Reporter":
        return cls(derive(new_code(audience), site.console.settings.console.site_id, groups), site)

    def newer_words(self) -> "Reporter":
        return Reporter.new(self.site, self.keys.secrets, self.keys.audience)

    def seal(
        self, *items: Item, successor: "Reporter | None" = None, seen: bool = True, reader: bytes | None = None
    ) -> bytes:
        """The envelope of a post with these items, and with new words where a successor is given."""
        state = self.site.state()
        epoch = choose_epoch(state, self.site.console.clock())
        public = group_keys(state, self.keys.audience, epoch)
        post_id = os.urandom(16)
        all_items = (*items, NewCode(successor.keys.sign_public, successor.keys.reader_public)) if successor else items
        maps = self.replies().seen if seen else {group: bytes(64) for group in self.keys.secrets}
        post = Post(
            id=post_id,
            sign=self.keys.sign_public,
            reader=reader or self.keys.reader_public,
            items=all_items,
            seen={group: blind_seen(bits, self.keys.secrets[group], post_id) for group, bits in maps.items()},
        )
        slots: Mapping[str, ThreadSecret] = (successor or self).keys.secrets
        return seal(
            self.keys.site,
            epoch,
            {group: Recipient(public[group], slots[group]) for group in slots},
            encode_post(post),
            sign=self.keys.signer,
            sign_new=successor.keys.signer if successor else None,
        )

    def report(
        self, text: str = "Something happened.", routing: Mapping[str, str] | None = None, files: Iterable[FileRef] = ()
    ) -> bytes:
        answers = {question: Answer((choice,)) for question, choice in (routing or {}).items()}
        return self.seal(Report(QUESTIONNAIRE, answers, {"what": Answer((), text)}, tuple(files)))

    def naming(self, question: str, words: str, text: str = "Something happened.") -> bytes:
        """A report in which a question of the routing is answered in words."""
        return self.seal(Report(QUESTIONNAIRE, {question: Answer((), words)}, {"what": Answer((), text)}, ()))

    def follow_up(self, text: str, successor: "Reporter | None" = None, seen: bool = True) -> bytes:
        return self.seal(FollowUp(text), successor=successor, seen=seen)

    def withdraw(self) -> bytes:
        return self.seal(Withdraw())

    def replies(self) -> Replies:
        return read_replies(self.keys, self.site.state())

    def told(self, *kinds: Kind) -> list[Message]:
        """The messages that the board has now, of some kinds or of all."""
        messages = self.replies().messages
        return [message for message in messages if not kinds or message.kind in kinds]

    def texts(self) -> list[str]:
        return [message.text for message in self.told(Kind.MESSAGE)]


def set_policy(console: FoundedConsole, **policy: int) -> None:
    """Changes what was decided at the founding."""
    path = console.settings.home / "console.json"
    decided = json.loads(path.read_text())
    decided["policy"].update(policy)
    path.write_text(json.dumps(decided))
    console.settings.__dict__.pop("console", None)  # read once and kept


def noise(site: Site) -> bytes:
    """A decoy of the present week."""
    return decoy(choose_epoch(site.state(), site.console.clock()))


def upload(site: Site, name: str, content: bytes, cleaned: bool = True) -> FileRef:
    """Puts a file's pieces into the drop."""
    key = ContentKey(os.urandom(32))
    count = pieces.ladder(len(content))
    sealed = [pieces.seal_piece(key, n, content[n * pieces.PART : (n + 1) * pieces.PART]) for n in range(count)]
    for n, piece in enumerate(sealed):
        site.drop.files[pieces.piece_name(key, n)] = piece
    return FileRef(
        name, "image/jpeg", len(content), count, key, pieces.file_hash([h(piece) for piece in sealed]), cleaned
    )
