"""The keyring: every secret of the console, wrapped to each person who may use it and to recovery (SPEC 10.1).

A secret is found by its purpose. What a person's row does not hold, that person cannot open, whatever the pages allow.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto.errors import BadSeal
from crypto.opening import XWingOpener
from crypto.secret import SeedXWing
from crypto.wrapping import unwrap, wrap
from handler.errors import NotAllowed
from handler.keys.tables import KeyId, LockedSeed, Wrap
from handler.keys.unlocked import RECOVERY_ID, Holder, Unlocked


def epoch_purpose(group: str, epoch: int) -> str:
    """Of the seed that opens a group's envelopes of one week."""
    return f"epoch {group} {epoch}"


def authority_purpose(console: str) -> str:
    """Of the key that certifies the console's others."""
    return f"authority {console}"


def reply_purpose(certificate_id: bytes) -> str:
    """Of the key that signs replies, by its certificate's id."""
    return f"reply {certificate_id.hex()}"


def search_purpose(console: str) -> str:
    """Of the key under which the words of the search index are hidden."""
    return f"search {console}"


def case_purpose(case_id: bytes) -> str:
    """Of the key of a case's content."""
    return f"case {case_id.hex()}"


ASIDE = "before "


def _aside(purpose: str) -> str:
    """Where the wraps of the secret before stand while it is being replaced."""
    return f"{ASIDE}{purpose}"


class Keyring:
    """The wraps of one site within one transaction on the keyring database. The caller commits."""

    def __init__(self, session: Session, site: bytes, recovery: bytes) -> None:
        """`recovery`: the recovery X-Wing public key, 1,216 bytes, which every secret is wrapped to as well."""
        self.session = session
        self.site = site
        self.recovery = Holder(RECOVERY_ID, recovery)

    # -- secrets ----------------------------------------------------------------------------------------------------

    def put(self, purpose: str, secret: bytes, holders: Iterable[Holder], key_id: bytes | None = None) -> None:
        """Wraps a secret to each holder and to recovery. A holder who has it keeps one wrap, the newest.

        `key_id`: which secret it is, where another can take its place.
        """
        self.put_more(purpose, secret, (*holders, self.recovery))  # spec: 10.5
        if key_id is not None:
            self.session.merge(KeyId(purpose=purpose, key_id=key_id))
            self.session.flush()

    def put_more(self, purpose: str, secret: bytes, holders: Iterable[Holder]) -> None:
        """Wraps a secret that recovery holds already to more people."""
        everyone = {holder.id: holder for holder in holders}
        self.session.execute(delete(Wrap).where(Wrap.purpose == purpose, Wrap.holder.in_(list(everyone))))
        for holder in everyone.values():  # spec: 10.1
            sealed = wrap(holder.public, self.site, purpose, secret)
            self.session.add(Wrap(purpose=purpose, holder=holder.id, sealed=sealed))
        self.session.flush()

    def get(self, purpose: str, unlocked: Unlocked) -> bytes:
        """The secret, by the person's own wrap. Raises NotAllowed when there is none or it does not open."""
        return self.open_as(purpose, unlocked.user_id, unlocked.opener)

    def open_as(self, purpose: str, holder_id: bytes, opener: XWingOpener) -> bytes:
        """The secret by any holder's wrap, recovery's too. Raises NotAllowed."""
        chosen = select(Wrap.sealed).where(Wrap.purpose == purpose, Wrap.holder == holder_id)
        sealed = self.session.scalars(chosen).one_or_none()
        if sealed is None:
            raise NotAllowed
        try:
            return unwrap(opener, self.site, purpose, sealed)
        except BadSeal as error:
            raise NotAllowed from error

    def share(self, purpose: str, unlocked: Unlocked, holders: Iterable[Holder]) -> None:
        """Wraps to more people what this person holds. Raises NotAllowed."""
        self.put_more(purpose, self.get(purpose, unlocked), holders)

    def holders(self, purpose: str) -> set[bytes]:
        """The ids of all who hold it, recovery among them; empty once it was destroyed."""
        return set(self.session.scalars(select(Wrap.holder).where(Wrap.purpose == purpose)))

    def purposes(self, holder_id: bytes, prefix: str = "") -> Sequence[str]:
        """What a holder has, in order; `prefix` such as "epoch " or "case "."""
        held = select(Wrap.purpose).where(Wrap.holder == holder_id, Wrap.purpose.startswith(prefix, autoescape=True))
        return self.session.scalars(held.order_by(Wrap.purpose)).all()

    def held_with(self, holder_id: bytes, prefix: str = "") -> dict[str, set[bytes]]:
        """Each purpose that a holder has, and all who hold it."""
        mine = select(Wrap.purpose).where(Wrap.holder == holder_id, Wrap.purpose.startswith(prefix, autoescape=True))
        found: dict[str, set[bytes]] = {}
        for row in self.session.execute(select(Wrap.purpose, Wrap.holder).where(Wrap.purpose.in_(mine))):
            found.setdefault(row.purpose, set()).add(row.holder)
        return found

    def wraps(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Purpose and holder of every wrap whose purpose begins so."""
        rows = select(Wrap.purpose, Wrap.holder).where(Wrap.purpose.startswith(prefix, autoescape=True))
        for row in self.session.execute(rows):
            yield row.purpose, row.holder

    def revoke(self, purpose: str, holder_id: bytes) -> None:
        """Takes one person's wrap away, also the one that stands aside while the secret is being replaced."""
        both = Wrap.purpose.in_((purpose, _aside(purpose)))
        self.session.execute(delete(Wrap).where(both, Wrap.holder == holder_id))

    def revoke_all(self, holder_id: bytes) -> None:
        """Takes away everything a person holds, the locked seed included."""
        self.session.execute(delete(Wrap).where(Wrap.holder == holder_id))
        self.session.execute(delete(LockedSeed).where(LockedSeed.holder == holder_id))

    def destroy(self, purpose: str) -> None:
        """Takes away every wrap: what was sealed under the secret is gone once the keyring's backups have expired."""
        for table in (Wrap, KeyId):
            self.session.execute(delete(table).where(table.purpose.in_((purpose, _aside(purpose)))))

    # -- replacing one secret by another ----------------------------------------------------------------------------

    def replace(self, purpose: str, secret: bytes, key_id: bytes, holders: Iterable[Holder]) -> None:
        """Wraps a new secret to these and to recovery, and sets every wrap of the old one aside until `settle`."""
        self._move(purpose, _aside(purpose))
        self.put(purpose, secret, holders, key_id)

    def pending(self, purpose: str) -> bool:
        """Whether it is not settled yet which of two secrets is in use."""
        return self.session.scalars(select(Wrap.purpose).where(Wrap.purpose == _aside(purpose))).first() is not None

    def all_pending(self) -> Sequence[str]:
        """The purposes of those."""
        aside = select(Wrap.purpose).where(Wrap.purpose.startswith(ASIDE, autoescape=True)).distinct()
        return [purpose.removeprefix(ASIDE) for purpose in self.session.scalars(aside.order_by(Wrap.purpose))]

    def settle(self, purpose: str, in_use: bytes | None) -> None:
        """Destroys the old secret's wraps where the new one is in use (by its id), else puts them back as they were."""
        if not self.pending(purpose):
            return
        new = self.session.scalars(select(KeyId.key_id).where(KeyId.purpose == purpose)).one()
        gone = _aside(purpose) if new == in_use else purpose
        for table in (Wrap, KeyId):
            self.session.execute(delete(table).where(table.purpose == gone))
        if new != in_use:
            self._move(_aside(purpose), purpose)
        self.session.expunge_all()

    def ids(self, prefix: str) -> dict[str, set[bytes]]:
        """Each purpose that anybody holds, and which secrets: two while one is being replaced.

        An empty set where that is not known, of a secret from before ids were kept.
        """
        begins = Wrap.purpose.startswith(prefix, autoescape=True) | Wrap.purpose.startswith(_aside(prefix))
        chosen = select(Wrap.purpose, KeyId.key_id).outerjoin(KeyId, KeyId.purpose == Wrap.purpose).where(begins)
        found: dict[str, set[bytes | None]] = {}
        for purpose, key_id in self.session.execute(chosen.distinct()):
            found.setdefault(purpose.removeprefix(ASIDE), set()).add(key_id)
        return {purpose: {one for one in ids if one and None not in ids} for purpose, ids in found.items()}

    def _move(self, purpose: str, to: str) -> None:
        for table in (Wrap, KeyId):
            moved = update(table).where(table.purpose == purpose).values(purpose=to)
            self.session.execute(moved, execution_options={"synchronize_session": False})
        self.session.expunge_all()

    # -- what intake uses -------------------------------------------------------------------------------------------

    def epoch_opener(self, unlocked: Unlocked, group: str, epoch: int) -> XWingOpener:
        """Opens the group's envelopes of one week. Raises NotAllowed."""
        return XWingOpener(SeedXWing(self.get(epoch_purpose(group, epoch), unlocked)))

    # -- locked seeds -----------------------------------------------------------------------------------------------

    def lock_seed(self, holder_id: bytes, locked: bytes) -> None:
        """Stores a seed that was locked under a passphrase, over any earlier one."""
        self.session.merge(LockedSeed(holder=holder_id, locked=locked))
        self.session.flush()

    def locked_seed(self, holder_id: bytes) -> bytes | None:
        """As stored, or None."""
        row = self.session.get(LockedSeed, holder_id)
        return row.locked if row is not None else None
