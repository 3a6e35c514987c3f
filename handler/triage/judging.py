"""What follows from the answers of a section, by the rules: found once, kept with the answers, shown as it was found.

Each function takes answers that are complete by their fields, and gives plain values for the sealed record.
"""

from collections.abc import Mapping

from handler.errors import Refused
from handler.triage import grading
from handler.triage.fields import NotComplete, Values, as_day, many, one
from handler.triage.grading import Grade
from handler.triage.jurisdiction import appropriate_authority, oversight_body, referral_test
from handler.triage.known import Known, grade_of, thrive_of
from handler.triage.protected import Protection, cautions
from handler.triage.scoring import OVERRIDES
from handler.triage.sourcerisk import SourceAtRisk, box_of, check_disclosure

Found = Mapping[str, object]


class NotScored(Refused):
    """There is no score to set aside yet. Score the case first."""


class NotGraded(Refused):
    """The score needs the confidence that comes from the grades. Grade every item of the reporter first."""


def nothing(values: Values, known: Known) -> Found:
    """Where nothing follows but what was written."""
    return {}


def thrive(values: Values, known: Known) -> Found:
    """Raises NotComplete."""
    return {"highest": thrive_of(values).highest}


def category(values: Values, known: Known) -> Found:
    """Raises NotComplete."""
    if one(values, "primary") in many(values, "secondary"):
        raise NotComplete([("secondary", "The main category cannot be a further one too")], values)
    return {}


def conduct(values: Values, known: Known) -> Found:
    """Raises NotComplete."""
    chosen = many(values, "conduct")
    if "none" in chosen and len(chosen) > 1:
        raise NotComplete([("conduct", "Choose what fits, or “None of these”, not both")], values)
    return {}


def grade(values: Values, known: Known) -> Found:
    """Raises NotComplete."""
    problems: list[tuple[str, str]] = []
    written: dict[str, object] = {}
    best = None
    for item in known.items:
        try:
            given = grade_of(values, item.id)
            grading.check_change(known.grades.get(item.id, Grade()), given, one(values, f"{item.id}-reason"))
        except (grading.BadGrade, grading.BadHandling) as refusal:
            problems.append((f"{item.id}-source", f"{item.heading}: {refusal}"))
            continue
        except grading.RaisedWithoutReason as refusal:
            problems.append((f"{item.id}-reason", f"{item.heading}: {refusal}"))
            continue
        if given.information == "B" and not many(values, f"{item.id}-independent"):
            problems.append((f"{item.id}-independent", f"{item.heading}: B needs another source: tick that there is"))
        if given.information == "B" and not one(values, f"{item.id}-because"):
            problems.append((f"{item.id}-because", f"{item.heading}: write which other source, and why independent"))
        if given.information == "B" and "one-source" in known.flags:
            said = "B needs another source, and these reports may be one: answer the alert in the case first"
            problems.append((f"{item.id}-information", f"{item.heading}: {said}"))
        written[f"item-{item.id}"] = given.written
        best = max(best or given.confidence, given.confidence, key=lambda confidence: confidence.rank)
    if problems or best is None:
        raise NotComplete(problems or [("", "There is nothing to grade")], values)
    return {"confidence": best.value, **written}


def protected(values: Values, known: Known) -> Found:
    """Raises NotComplete."""
    finding, limbs = one(values, "finding"), tuple(many(values, "limbs"))
    if finding != "not" and not limbs:
        raise NotComplete([("limbs", "Choose at least one limb, or that it is not a protected disclosure")], values)
    Protection(finding, limbs, one(values, "words"))
    return {"cautions": cautions(limbs, bool(many(values, "offence")), one(values, "nation"))}


def jurisdiction(values: Values, known: Known) -> Found:
    return {
        "authority": appropriate_authority(one(values, "employment")),
        "body": oversight_body(one(values, "jurisdiction")),
    }


def referral(values: Values, known: Known) -> Found:
    """The deadline counts from the day on which it became clear. Raises NotComplete."""
    criteria = many(values, "criteria")
    clear = as_day(values.get("clear", ""))
    calendar = known.calendar
    where = one(known.of("jurisdiction"), "jurisdiction") or "unknown"
    if criteria and (clear is None or not calendar.day_of(known.received) <= clear <= calendar.day_of(known.now)):
        problem = "Give the day on which it became clear: from the day the report came to today"
        raise NotComplete([("clear", problem)], values)
    found = referral_test(criteria, where, calendar.closing(clear) if clear else known.now, calendar)
    return {"mandatory": "yes" if found.mandatory else "no", "body": found.body, "due": found.due or 0}


def source_risk(values: Values, known: Known) -> Found:
    """Whether an act that discloses may go ahead, and who accepts what risk is left."""
    accepted_by = known.who if many(values, "accepted") and known.supervisor else ""
    try:
        check_disclosure(known.flags, box_of(values, accepted_by))
    except SourceAtRisk:
        return {"accepted-by": "", "blocked": "yes"}
    return {"accepted-by": accepted_by, "blocked": "no"}


def score(values: Values, known: Known) -> Found:
    """Harm x likelihood with the confidence of the grades. Raises NotGraded, NotComplete."""
    confidence = known.confidence
    if confidence is None or len(known.grades) < len(known.items):
        raise NotGraded
    overrides = many(values, "overrides")
    unexplained = [flag for flag in OVERRIDES if flag in known.overrides - set(overrides) if not _why_not(values, flag)]
    if unexplained:
        said = "“{}” was unticked: write why it does not hold"
        raise NotComplete([(f"not-{flag}", said.format(OVERRIDES[flag])) for flag in unexplained], values)
    result = known.scored(values, confidence)
    return {
        "harm": result.harm,
        "likelihood": result.likelihood,
        "confidence": result.confidence.value,
        "risk": result.risk,
        "band": result.band.value,
        "matrix": int(result.from_matrix),
        "priority": int(result.priority),
        "reasons": result.reasons,
        "lifts": sorted(known.uplifts),
    }


def override(values: Values, known: Known) -> Found:
    """Raises NotScored."""
    if known.score is None:
        raise NotScored
    return {"scored": int(known.score.priority)}


def _why_not(values: Values, flag: str) -> str:
    return one(values, f"not-{flag}")
