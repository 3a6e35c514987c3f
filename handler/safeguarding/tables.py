"""Safeguarding in clear: what clocks, ranking and counts need. Whom it is about, where it went and what was said are
sealed under the referral's own key, in `referral_records`."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from handler.database import ConsoleBase

REFERRAL_BYTES = 16


class Referral(ConsoleBase):
    """One referral to one or several bodies. All times are unix seconds."""

    __tablename__ = "referrals"
    __table_args__ = (Index("referrals_in_queue", "state", "level", "due"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(REFERRAL_BYTES), primary_key=True)
    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(unique=True)  # of this console, 1, 2, 3 …
    by: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[int] = mapped_column(BigInteger)  # when it was written down
    flagged: Mapped[int] = mapped_column(BigInteger)  # when the risk was first known here
    due: Mapped[int] = mapped_column(BigInteger)  # one working day after that
    person: Mapped[str] = mapped_column(String(8))  # "child" or "adult"
    level: Mapped[int]  # the highest of THRIVE, 0 to 4; 5 where it was not assessed
    state: Mapped[str] = mapped_column(String(16))  # "open", "made", "acknowledged" or "ended"
    made: Mapped[int | None] = mapped_column(BigInteger)  # when the last of its recipients had it
    protected: Mapped[int | None] = mapped_column(BigInteger)  # when something was first done to keep the person safe


class ReferralRecipient(ConsoleBase):
    """One body that a referral goes to. Which one stands in the pack, in the order of `number`."""

    __tablename__ = "referral_recipients"

    referral_id: Mapped[bytes] = mapped_column(ForeignKey("referrals.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0, 1, 2 …
    made: Mapped[int | None] = mapped_column(BigInteger)
    how: Mapped[str] = mapped_column(String(8))  # "phone" or "written"; "" before it was made
    confirm_due: Mapped[int | None] = mapped_column(BigInteger)  # after a phone call: in writing
    confirmed: Mapped[int | None] = mapped_column(BigInteger)
    answer_due: Mapped[int | None] = mapped_column(BigInteger)  # then it is asked again
    acknowledged: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[int | None] = mapped_column(BigInteger)


class ReferralRecord(ConsoleBase):
    """One sealed piece of a referral's pack, under the key of the purpose "referral <hex>"; never changed."""

    __tablename__ = "referral_records"
    __table_args__ = (Index("referral_records_by_referral", "referral_id", "position"),)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    referral_id: Mapped[bytes] = mapped_column(ForeignKey("referrals.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SafeguardingMark(ConsoleBase):
    """That something was seen or done in a case, once: when, and by whom (none where the console did it itself)."""

    __tablename__ = "safeguarding_marks"

    case_id: Mapped[bytes] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[bytes | None] = mapped_column(LargeBinary(16))
