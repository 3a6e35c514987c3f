"""What is recorded of a case's handling beside its assessment: which fields each record has, and what must be in them.

Interim measures have the same fields whatever the grade of the person: that is how unlike treatment shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from handler.errors import Refused
from handler.identity.roles import HANDLER, SENIOR_DECIDER, SUPERVISOR
from handler.lifecycle.outcomes import (
    NotADay,
    NotSaidWhy,
    RestsOnNothing,
    Words,
    day_in_words,
    day_to_come,
    nothing_said,
)
from handler.vocabulary.load import named, vocabulary

Values = Mapping[str, str]
TEXT, LINE, DAY, CHOICE = "text", "line", "day", "choice"
SUBJECT = "subject"
"""Of a field that chooses one of the case's subjects; kept as the id of their entry, and their title below it."""

KEPT = "kept"
"""Of a field that nobody fills in: the console itself writes it into the record."""

MOST = 20_000  # characters of one field
YES_NO = {"yes": "Yes", "no": "No", "unknown": "Not known yet"}
DECIDERS = {
    "supervisor": "Supervisor",
    "senior-decider": "Senior IPS decider",
    "head-of-ips": "Head of IPS",
}


class NotFilledIn(Refused):
    """Something is missing. Fill in what is marked."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(*fields.values())


class FieldTooLong(Refused):
    """That is too long to keep in one record. Shorten it to 20,000 characters a field."""


class NoReviewDay(Refused):
    """A measure has a day on which it is looked at again. Give one that is still to come."""


class WrongDecider(Refused):
    """Only the head of IPS decides on a suspension. Record who decided it, or choose another measure."""


class NobodyEntered(Refused):
    """Enter on the case’s page “People” whom it is about first, even if it is only one of a group."""


class NoLesson(Refused):
    """With a lesson, say what it is, who sees to it by when, and if it is published; without one, why there is none."""


@dataclass(frozen=True)
class Field:
    """One field of a form. `options`: of a choice, id to text; `needed`: an empty one is refused."""

    name: str
    label: str
    kind: str = TEXT
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    needed: bool = True

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Of a choice: id, text and no help."""
        return [(key, text, "") for key, text in self.options.items()]

    def worded(self, value: str) -> str:
        if self.kind == DAY:
            return day_in_words(value)
        if self.kind == SUBJECT:
            return Words.decode(value).text or value  # an older record has only a text
        return self.options.get(value, value)


@dataclass(frozen=True)
class Spec:
    """One kind of record. `roles`: who may make it; `rule`: what its fields must fit together."""

    name: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    roles: tuple[str, ...] = (HANDLER, SUPERVISOR, SENIOR_DECIDER)
    rule: Callable[[Values, date], None] | None = None

    @property
    def of_subject(self) -> bool:
        return any(one.kind == SUBJECT for one in self.fields)


def _options(name: str) -> dict[str, str]:
    return {term.id: term.text for term in vocabulary(name)}


def _measure(values: Values, today: date) -> None:
    try:
        day_to_come(values["review"], today)
    except NotADay:
        raise NoReviewDay from None
    if named("measures", values["measure"]).more.get("decider", values["decider"]) != values["decider"]:
        raise WrongDecider


def _oversight(values: Values, today: date) -> None:
    day_to_come(values["review"], today)


def _decision(values: Values, today: date) -> None:
    if values["consistent"] != "none" and not values["consistent-why"]:
        raise NotSaidWhy
    if nothing_said(values["rests-on"]) or all(nothing_said(values[name]) for name in vocabulary("ndm").ids):
        raise RestsOnNothing


def _look_again(values: Values, today: date) -> None:
    if values["next"]:
        day_to_come(values["next"], today)


def about(spec: Spec, subjects: Mapping[str, str]) -> Spec:
    """With the subjects of a case (id to title) to choose from, where it is about one. Raises NobodyEntered."""
    if not spec.of_subject:
        return spec
    if not subjects:
        raise NobodyEntered
    chosen = (replace(one, kind=CHOICE, options=subjects) if one.kind == SUBJECT else one for one in spec.fields)
    return replace(spec, fields=tuple(chosen))


def _learning(values: Values, today: date) -> None:
    wanted = ("lesson", "owner", "due", "published") if values["any"] == "yes" else ("why-none",)
    if any(not values[name] for name in wanted):
        raise NoLesson
    if values["any"] == "yes":
        day_to_come(values["due"], today)


_ALL = (
    Spec(
        "deconfliction", "Deconfliction",
        (
            Field("result", "Is the same person or the same event known already?", CHOICE,
                  options={"none": "Nothing found", "linked": "Linked to another case",
                           "same": "The same as another case", "elsewhere": "Another unit or agency works on it"}),
            Field("looked", "Where you looked, and what you found"),
            Field("shown", "Shown before it was recorded", KEPT, needed=False),
        ),
        hint="Before a case is adopted: two units must not work on the same person without knowing.",
    ),
    Spec(
        "decision", "Decision",
        (
            Field("what", "What is decided", LINE),
            *(Field(term.id, term.text, hint=term.help) for term in vocabulary("ndm")),
            Field("rests-on", "What it rests on beside the reporter’s wish",
                  hint="What the reporter wishes is considered, and is never the only reason."),
            Field("consistent", "Is it consistent with the strategy?", CHOICE,
                  options={"yes": "Yes", "no": "No", "none": "There is no strategy yet"}),
            Field("consistent-why", "Why it is or is not", needed=False),
        ),
        hint="Of anything that is decided between the steps. It stands in the decision log with them.",
        rule=_decision,
    ),
    Spec(
        "strategy", "Strategy, or development plan",
        (
            Field("what", "What is to be found out, and how"),
            Field("care", "How the reporter is kept safe while this is done",
                  hint="Who could guess from each step that someone has reported? What is done about that?"),
        ),
        hint="While it is assessed: what is to be found out before the decision. Once it is adopted: how it is looked "
        "into. A plan from before the decision does not stand for the strategy.",
    ),
    Spec(
        "scope-review", "Scope review",
        (
            Field("subject", "Has the subject done more than was reported?", CHOICE, options=YES_NO),
            Field("others", "Are others involved, or did others know?", CHOICE, options=YES_NO),
            Field("culture", "Is it how the team works?", CHOICE, options=YES_NO),
            Field("follows", "Why you think so, and what follows"),
        ),
        hint="Every 28 days: an investigation must not stop at the first allegation.",
    ),
    Spec(
        "scope-seen", "Supervisor’s part of the scope review",
        (
            Field("agree", "Does the review go far enough?", CHOICE,
                  options={"yes": "Yes", "no": "No: it is done again"}),
            Field("why", "Why, and what is to be looked at besides"),
        ),
        hint="By somebody other than who did the review. The next is due 28 days after it.",
        roles=(SUPERVISOR, SENIOR_DECIDER),
    ),
    Spec(
        "measures", "Interim measure",
        (
            Field("person", "Who it is about", SUBJECT),
            Field("grade", "Grade of the person", CHOICE, options=_options("grades"),
                  hint="Measures are recorded alike for all grades."),
            Field("measure", "Measure", CHOICE, options=_options("measures")),
            Field("decider", "Who decided", CHOICE, options=DECIDERS,
                  hint="A suspension is decided by the head of IPS."),
            Field("why", "Why this measure, and not a lighter or a heavier one"),
            Field("review", "Looked at again on", DAY),
        ),
        hint="One for each subject, “none” too.", rule=_measure,
    ),
    Spec(
        "acknowledgement", "Acknowledgement to the reporter",
        (Field("how", "What the reporter was told, and how"),),
        hint="Who has words is told by the console itself. Record it here for a person who has none.",
        roles=(HANDLER, SUPERVISOR),
    ),
    Spec(
        "update", "Update to the reporter",
        (Field("how", "What the reporter was told, and how"),),
        hint="A reply on the board counts by itself. Record here only what was told in another way.",
    ),
    Spec(
        "outcome", "Outcome to the reporter",
        (
            Field("told", "Was the reporter told?", CHOICE, options={"yes": "Yes", "no": "No, or not all of it"}),
            Field("what", "What was told, or why it was not"),
        ),
    ),
    Spec(
        "learning", "What the organisation learns",
        (
            Field("any", "Is there a lesson?", CHOICE, options={"yes": "Yes", "no": "No"}),
            Field("lesson", "The lesson", needed=False),
            Field("owner", "Who sees to it", LINE, needed=False),
            Field("due", "By when", DAY, needed=False),
            Field("published", "Is the lesson published?", CHOICE,
                  options={"yes": "Yes, without names", "no": "No", "later": "Not yet"}, needed=False),
            Field("why-none", "If there is none: why", needed=False),
        ),
        rule=_learning,
    ),
    Spec(
        "return-risk", "Will they work together again?",
        (
            Field("again", "Will the subject work with the reporter or the victim again?", CHOICE, options=YES_NO),
            Field("plan", "What is done about it"),
        ),
    ),
    Spec(
        "reprisal-plan", "Plan against reprisal",
        (Field("plan", "How reprisal is watched for and stopped", hint="You ask after 1, 3, 6 and 12 months."),),
    ),
    Spec(
        "publishable", "Can the outcome be published?",
        (
            Field("can", "Can it be published?", CHOICE,
                  options={"yes": "Yes, without names", "no": "No", "later": "Not yet"}),
            Field("why", "Why"),
        ),
    ),
    Spec(
        "checkin", "Asked about reprisal",
        (Field("answer", "What was asked and answered"),),
        hint="After a case was closed: at 1, 3, 6 and 12 months.",
    ),
    Spec(
        "look-again", "Looked at again",
        (
            Field("found", "What was looked at, and what follows"),
            Field("next", "To be looked at again on", DAY, "Leave it empty if it is not.", needed=False),
        ),
        hint="Of a case that ended with “Monitor”. What calls for more is begun by reopening the case.",
        rule=_look_again,
    ),
    Spec(
        "chis-considered", "CHIS status considered",
        (
            Field("status", "Might the reporter be acting as a covert source?", CHOICE,
                  options={"no": "No: they tell what they know already", "yes": "Perhaps: advice is being taken"}),
            Field("why", "Why"),
        ),
        hint="After every third message with new information, before anything more is asked (RIPA 2000, section 26).",
        roles=(SUPERVISOR,),
    ),
    Spec(
        "integrity", "Integrity intervention",
        (
            Field("result", "What came of it", CHOICE,
                  options={"considered": "Considered, not decided yet", "used": "Used", "rejected": "Rejected"}),
            Field("unit", "Unit or team", LINE),
            Field("words", "The form of words", needed=False,
                  hint="As it is said to everyone there. Nothing in it may show that somebody reported."),
            Field("source", "How it was checked that it does not show the source"),
            Field("why", "Why, and what came of it"),
        ),
        hint="Where the subject is one of a small group: a word to all of them can stop it and points to nobody.",
    ),
    Spec(
        "reply-hold", "Hold on replies",
        (
            Field("hold", "May replies be sent?", CHOICE, options={"yes": "No, they are held", "no": "Yes, again"}),
            Field("why", "Why"),
        ),
        hint="While a reply could harm an investigation. The status words and the board go on as ever.",
        roles=(SUPERVISOR,),
    ),
    Spec(
        "words-known", "The reporter’s words in other hands",
        (
            Field("known", "May somebody else know the twelve words?", CHOICE,
                  options={"yes": "Yes", "no": "No longer"}),
            Field("why", "Why you think so, and what was done"),
        ),
        hint="While they may, write no detail in replies: offer new words, or another way to talk.",
    ),
    Spec(
        "deletion", "The reporter asks for deletion",
        (
            Field("decision", "Decision", CHOICE,
                  options={"all": "Deleted as asked", "part": "In part", "none": "Not deleted, an exemption holds"}),
            Field("why", "Under which rule, and why (UK GDPR Article 17, DPA 2018 Part 3)"),
            Field("answer", "What the reporter was told"),
        ),
        hint="Decided by name, answered under the reporter’s words.", roles=(SUPERVISOR,),
    ),
    Spec(
        "access-request", "Subject access request",
        (
            Field("from", "Who asked", LINE, hint="As they stand in the case. “Subject 1” will do."),
            Field("given", "What was given, and what was left out to protect the source"),
            Field("due", "To be answered by", DAY),
        ),
    ),
    Spec("handover", "Hand-over note", (Field("text", "What the next person needs to know"),)),
    Spec(
        "oversight", "Senior oversight",
        (
            Field("owner", "Senior owner", LINE,
                  hint="By name: who answers for this case, above those who work on it."),
            Field("found", "What the owner looked at, and what they decided"),
            Field("review", "Looked at again on", DAY),
        ),
        hint="For likely protected disclosures, senior subjects and P1 cases. The review shows as late after its day.",
        roles=(SUPERVISOR, SENIOR_DECIDER), rule=_oversight,
    ),
    Spec("note", "Note", (Field("text", "Note"),)),
)  # fmt: skip

SPECS: Mapping[str, Spec] = {spec.name: spec for spec in _ALL}
"""By name; where NEEDS has the name too, the record counts for the step that asks for it."""


def check(spec: Spec, given: Values, today: date) -> dict[str, str]:
    """What is kept of a form. Raises NotFilledIn, FieldTooLong, NoReviewDay, WrongDecider, NoLesson, NotADay."""
    values = {one.name: given.get(one.name, "").strip() for one in spec.fields}
    if any(len(value) > MOST for value in values.values()):
        raise FieldTooLong
    if spec.rule is _measure and not values["review"]:
        raise NoReviewDay
    missing = {one.name: one.label for one in spec.fields if not _fits(one, values[one.name])}
    if missing:
        raise NotFilledIn(missing)
    if spec.rule is not None:
        spec.rule(values, today)
    return values


def _fits(one: Field, value: str) -> bool:
    if not value:
        return not one.needed
    return not one.options or value in one.options
