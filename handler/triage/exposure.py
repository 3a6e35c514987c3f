"""Whether an act that others could notice may go ahead, by the risk to the source as the case stands now.

Looked at each time and never remembered: a flag that came since, as with a second report, counts at once. A referral to
safeguard someone never asks here.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handler.cases.records import ASSESSMENT, CaseBox, decode_object
from handler.cases.tables import Case, CaseRecord
from handler.triage.sourcerisk import SourceAtRisk, SourceRisk, box_of, check_disclosure, exposed

NOTHING = SourceRisk(could_reveal=False, mitigation="")


def check_act(console: Session, box: CaseBox) -> None:
    """Before something is done that others could notice. Raises SourceRiskNotAssessed, SourceAtRisk."""
    check_disclosure(_flags(console, box), _newest(console, box))


def check_adoption(console: Session, box: CaseBox) -> None:
    """Before a case is adopted; that the box is filled in, its triage asks already. Raises SourceAtRisk."""
    if exposed(_flags(console, box), _newest(console, box) or NOTHING):
        raise SourceAtRisk


def _flags(console: Session, box: CaseBox) -> list[str]:
    return console.get_one(Case, box.case_id).flags.split()


def _newest(console: Session, box: CaseBox) -> SourceRisk | None:
    chosen = select(CaseRecord).where(CaseRecord.case_id == box.case_id, CaseRecord.kind == ASSESSMENT)
    for row in console.scalars(chosen.order_by(CaseRecord.position.desc())):
        kept = decode_object(box.open(row))
        if kept["section"] == "source-risk":
            return box_of(dict(kept["values"]), str(kept["found"].get("accepted-by", "")))
    return None
