"""The sections of an assessment, as a form would send them, from what a plan says of a case."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handler.cases.desk import Desk
from handler.triage import assessment
from handler.triage.known import Known
from handler.triage.scoring import HARMS
from handler.vocabulary import vocabulary

Told = Mapping[str, Any]
Form = dict[str, Sequence[str]]

LEVEL_WORDS = {
    "none": "No sign of it in what was reported.",
    "low": "Little, as far as is known; looked at again when something new comes.",
    "medium": "Some: it may go on, and it would not be noticed by itself.",
    "high": "Considerable: it goes on, and others are affected by it.",
    "immediate": "Immediate: it can happen today.",
}


def save(desk: Desk, case_id: bytes, section: str, told: Told) -> None:
    """One section. Raises KeyError for one that the plans cannot fill in."""
    known = assessment.read(desk, case_id).known
    assessment.save(desk, case_id, section, SECTIONS[section](told, known))


def _form(**answers: object) -> Form:
    return {
        name.replace("_", "-"): [str(one) for one in given] if isinstance(given, list) else [str(given)]
        for name, given in answers.items()
    }


def _danger(told: Told, known: Known) -> Form:
    words = told.get("danger-words", "Nobody is named or described who could come to harm.")
    return _form(danger=told.get("danger", "no"), at_risk=told.get("at-risk", "no"), words=words)


def _thrive(told: Told, known: Known) -> Form:
    answers: Form = {}
    for name in vocabulary("thrive").ids:
        level = told.get(f"{name}-level", told.get("level", "low"))
        answers |= {f"{name}-level": [level], f"{name}-text": [told.get(name, LEVEL_WORDS[level])]}
    return answers


def _category(told: Told, known: Known) -> Form:
    apsp = ["yes"] if told.get("apsp") else []
    why = told.get("why", "By what the reporter describes.")
    return _form(primary=told["category"], secondary=told.get("further", []), apsp=apsp, words=why)


def _conduct(told: Told, known: Known) -> Form:
    return _form(conduct=told.get("conduct", ["none"]), words=told.get("conduct-words", ""))


def _grade(told: Told, known: Known) -> Form:
    """`grade` such as "2A"."""
    source, information = told.get("grade", "2D")
    reason = told.get("grade-why", "The reporter says how they came to know it, and the details fit together.")
    parts = {"source": source, "information": information, "handling": "C", "action": "A1", "sanitisation": "S2"}
    if information == "B":
        parts |= {"independent": "yes", "because": reason}
    return {f"{item.id}-{part}": [given] for item in known.items for part, given in {**parts, "reason": reason}.items()}


def _protected(told: Told, known: Known) -> Form:
    limbs = told.get("limbs", ["b"])
    return _form(
        finding=told.get("protected", "likely" if limbs else "not"),
        limbs=limbs,
        nation=told.get("nation", "england"),
        offence=["yes"] if told.get("offence") else [],
        words=told.get("protected-words", "What is told, if it is so, shows it; the belief is reasonable."),
    )


def _jurisdiction(told: Told, known: Known) -> Form:
    return _form(
        jurisdiction=told.get("place", "england-wales"),
        employment=told.get("employment", "officer"),
        organisation=told.get("organisation", "nca"),
        words="",
    )


def _referral(told: Told, known: Known) -> Form:
    criteria = told.get("criteria", [])
    words = "As ticked: see the category." if criteria else "None of the criteria is met by what is known."
    clear = known.calendar.day_of(known.now).isoformat()
    return _form(criteria=criteria, clear=clear, words=told.get("referral", words), made=told.get("made", ""))


def _source_risk(told: Told, known: Known) -> Form:
    reveal = told.get("could-reveal", "no")
    care = "Nothing is done that only a reader of this report could do; more than a few people know of it."
    answers = _form(could_reveal=reveal, mitigation=told.get("care", care), parallel=told.get("parallel", ""))
    return {**answers, "accepted": ["yes"] if known.supervisor and told.get("accepted") else []}


def _connected(told: Told, known: Known) -> Form:
    others = told.get("others", "")
    return _form(connected="found" if others else "none", words=others or "It was between two people, by the account.")


def _score(told: Told, known: Known) -> Form:
    harms = {f"harm-{name}": [str(told.get("harms", {}).get(name, 0))] for name in HARMS}
    return {
        **harms,
        "likelihood": [str(told.get("likelihood", 3))],
        "uplifts": told.get("uplifts", []),
        "overrides": sorted(known.overrides | set(told.get("overrides", []))),
        "words": [told.get("score-words", "By the account given, and what speaks for and against it.")],
        "position": [told.get("position", "")],
    }


def _override(told: Told, known: Known) -> Form:
    return _form(priority=told["set"], words=told["set-words"])


def _stream(told: Told, known: Known) -> Form:
    return _form(stream=told["stream"], words=told["stream-words"])


def _setting(told: Told, known: Known) -> Form:
    return _form(
        regime=told.get("regime", "part-2"), grade_band=told.get("band", "unknown"), enablers=told.get("enablers", [])
    )


SECTIONS: Mapping[str, Callable[[Told, Known], Form]] = {
    "category": _category,
    "danger": _danger,  # after the category, which may ask for it anew
    "thrive": _thrive,
    "conduct": _conduct,
    "grade": _grade,
    "protected": _protected,
    "jurisdiction": _jurisdiction,
    "referral": _referral,
    "source-risk": _source_risk,
    "connected": _connected,
    "score": _score,
    "override": _override,
    "stream": _stream,
    "setting": _setting,
}
ALL = tuple(name for name in SECTIONS if name not in ("override", "stream"))
"""Those that every assessment has, in the order in which they can be filled in."""
