"""Where the demonstration plays: the console, its clock, the people at their desks, and the reporters' phones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from crypto.calendar import epoch_of
from crypto.envelope import envelope_id
from handler.cases.desk import Desk
from handler.cases.lines import thread_key
from handler.cases.records import CaseBox
from handler.cases.tables import Thread
from handler.demo.phone import Phone, Week
from handler.demo.plan import CasePlan
from handler.demo.times import DemoClock
from handler.intake.opening import Batch, open_batch
from handler.keys.certificates import epoch_certificates
from handler.keys.unlocked import Unlocked
from handler.pickup.cycle import piece_store
from handler.pickup.tables import InboxEnvelope, Piece, PulledEnvelope
from handler.publication.queue import ENDED, LIVE
from handler.publication.tables import Slot
from handler.services import Services

BATCH_SECONDS = 60


class NotOpened(Exception):
    """The console did not take a post of the demonstration."""


@dataclass
class Stage:
    """`cast`: by part, such as "handler"; `phones` and `cases` by the plan's name of the case."""

    services: Services
    clock: DemoClock
    cast: Mapping[str, Unlocked]
    audience: int
    plans: Mapping[str, CasePlan]
    phones: dict[str, Phone] = field(default_factory=dict)
    cases: dict[str, bytes] = field(default_factory=dict)

    @property
    def group(self) -> str:
        return self.services.console.groups[0]

    def desk(self, part: str) -> Desk:
        """Raises KeyError for a part that nobody plays."""
        return Desk(self.services.databases, self.services.settings, self.cast[part], self.clock)

    def box(self, part: str, case: str) -> CaseBox:
        return CaseBox(self.cases[case], self.desk(part).case_key(self.cases[case]))

    def new_phone(self) -> Phone:
        return Phone.new(self.services.site, self.group, self.audience)

    def week(self) -> Week:
        """Of the present day of the clock."""
        epoch = epoch_of(self.services.today())
        with self.services.databases.console.read() as console:
            row = next(row for row in epoch_certificates(console, [epoch]) if row.group == self.group)
        return Week.of(row, self.services.console)

    def drop(self, envelope: bytes) -> None:
        """Into the sealed inbox, as when it was pulled."""
        epoch = int.from_bytes(envelope[1:3], "big")
        row = InboxEnvelope(id=envelope_id(envelope), epoch=epoch, day=self.services.today(), raw=envelope)
        with self.services.databases.console.write() as console:
            console.add_all((PulledEnvelope(id=row.id, epoch=epoch), row))

    def deliver(self, envelope: bytes) -> Batch:
        """Into the inbox, and opened by someone with intake. Raises NotOpened."""
        self.drop(envelope)
        batch = open_batch(self.desk("intake"), seconds=BATCH_SECONDS)
        if batch.cases + batch.filed != 1 or batch.left or batch.quarantined or batch.held:
            raise NotOpened(str(batch))
        return batch

    def keep_pieces(self, content: Mapping[bytes, bytes]) -> None:
        store = piece_store(self.services.settings)
        with self.services.databases.console.write() as console:
            for name, piece in content.items():
                store.write(name, piece)
                console.add(Piece(name=name, epoch=epoch_of(self.services.today())))

    def thread_of(self, phone: Phone) -> Thread:
        """The thread of a phone's words."""
        key = thread_key(self.group, phone.keys.sign_public)
        with self.services.databases.console.read() as console:
            return console.scalars(select(Thread).where(Thread.key == key)).one()

    def readable(self, phone: Phone) -> list[int]:
        """The indices of a thread that have been on the board."""
        chosen = select(Slot.tag_index).where(
            Slot.thread_id == self.thread_of(phone).id, Slot.state.in_((LIVE, ENDED)), Slot.tag_index.is_not(None)
        )
        with self.services.databases.console.read() as console:
            return [index for index in console.scalars(chosen) if index is not None]
