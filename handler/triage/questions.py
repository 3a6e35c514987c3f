"""The questions of every section of the assessment. Lists come from the vocabulary, what stands there from the case."""

from collections.abc import Sequence
from dataclasses import replace

from handler.triage import fields
from handler.triage.fields import CHECKBOXES, DAY, RADIOS, SELECT, TEXT, Field, Option, Value, many, one
from handler.triage.grading import Grade
from handler.triage.known import PARTS, Known
from handler.triage.scoring import HARMS, LIKELIHOODS, OVERRIDES, STA, SUB_SCORES, UPLIFTS, Priority
from handler.vocabulary import named, vocabulary

HARM_WORDS = ("none", "slight", "some", "serious", "severe", "worst")
HARM_OPTIONS = tuple(Option(str(mark), f"{mark} {word}") for mark, word in zip(SUB_SCORES, HARM_WORDS, strict=True))
YES = (Option("yes", "Yes"),)
NO_YES = (Option("no", "No"), *YES)
HOW_KNOWN = {
    "saw": ("I saw or heard it", "A"),
    "happened-to-me": ("It happened to me", "A"),
    "records": ("I saw records or messages", "A"),
    "told": ("Someone told me", "C"),
    "suspect": ("I suspect it", "D"),
}
"""What a reporter ticks, in words, and the letter of the information assessment that it points to."""


def danger(known: Known) -> Sequence[Field]:
    return (
        Field(
            "danger", "Is anyone in danger?", RADIOS, missing="Say whether anyone is in danger",
            options=(Option("yes", "Yes, now"), Option("unsure", "Perhaps"), Option("no", "No, as far as we know")),
            hint="“Yes, now” puts the case on top of the list and makes it P1 when it is scored.",
        ),
        Field(
            "at-risk", "Is a child, or an adult who needs care or support, at risk?", RADIOS,
            options=(Option("now", "Yes, now"), Option("maybe", "Perhaps"), Option("no", "No, as far as we know")),
            missing="Say whether a child or an adult at risk is concerned",
            hint="“Yes” and “Perhaps” start the clock of the safeguarding referral: one working day at most.",
        ),
        Field(
            "words", "Who, where, and what was done", TEXT, missing="Write who and where, and what was done about it",
            hint="Where the answer is no: how you know.",
        ),
    )  # fmt: skip


def thrive(known: Known) -> Sequence[Field]:
    asked: list[Field] = []
    for term in vocabulary("thrive"):
        missing = f"{term.text}: choose a level"
        asked.append(
            Field(f"{term.id}-level", "Level", RADIOS, fields.options("thrive_levels"), group=term.text,
                  group_hint=term.help, missing=missing)
        )  # fmt: skip
        missing = f"{term.text}: write why, even where there is no risk"
        asked.append(Field(f"{term.id}-text", "Why", TEXT, missing=missing, group=term.text, rows=2))
    return asked


def category(known: Known) -> Sequence[Field]:
    every = fields.options("categories")
    return (
        Field("primary", "Main category", RADIOS, every, missing="Choose the main category"),
        Field("secondary", "Further categories", CHECKBOXES, tuple(replace(option, help="") for option in every)),
        Field(
            "apsp", "Abuse of position for a sexual purpose (APSP)", CHECKBOXES,
            (Option("yes", "The position may have been used for a sexual purpose"),),
            hint="Ticked, it asks you to do the mandatory-referral test and to think of safeguarding.",
        ),
        Field("words", "Why these", TEXT, rows=2),
    )  # fmt: skip


def conduct(known: Known) -> Sequence[Field]:
    every = (*fields.options("conduct"), Option("none", "None of these"))
    return (
        Field("conduct", "Conduct", CHECKBOXES, every, missing="Choose what fits, or “None of these”"),
        Field("words", "Why", TEXT, rows=2),
    )


def grade(known: Known) -> Sequence[Field]:
    """Five lists and a reason for each item. A first report begins as 2D C A1 S2."""
    lists = {
        "source": ("Source", "source_evaluation"),
        "information": ("Information", "information_assessment"),
        "handling": ("Handling code", "handling_codes"),
        "action": ("Action code, under C", "action_codes"),
        "sanitisation": ("Sanitisation, under C", "sanitisation_codes"),
    }
    asked: list[Field] = []
    begins = Grade()
    for item in known.items:
        told = HOW_KNOWN.get(item.how_known)
        hint = f"The reporter ticked “{told[0]}”, which points to {told[1]}." if told else ""
        for part in PARTS:
            label, name = lists[part]
            asked.append(
                Field(
                    f"{item.id}-{part}", label, SELECT, fields.options(name), group=item.heading, group_hint=hint,
                    start=getattr(begins, part),
                )
            )  # fmt: skip
        asked.append(
            Field(f"{item.id}-pii", "May public interest immunity (PII) have to be claimed for it?", SELECT, NO_YES,
                  group=item.heading, start="no")
        )  # fmt: skip
        asked.append(
            Field(f"{item.id}-reason", "Why it is graded higher, or handled more freely", TEXT, group=item.heading,
                  rows=2, hint="Needed where source, information or confidence is better than before, or the handling "
                  "is freer.")
        )  # fmt: skip
        asked += [
            Field(f"{item.id}-independent", "For B", CHECKBOXES, (Option("yes", "Another source, independent of this "
                  "one, says the same"),), group=item.heading),
            Field(f"{item.id}-because", "Independent source because", TEXT, group=item.heading, rows=1,
                  hint="Which source, and why neither has it from the other."),
        ]  # fmt: skip
    return asked


def protected(known: Known) -> Sequence[Field]:
    return (
        Field("finding", "Is this a protected disclosure?", RADIOS, fields.options("pida_findings"),
              missing="Say whether it is a protected disclosure"),
        Field("limbs", "By which limb of section 43B", CHECKBOXES, fields.options("pida"),
              hint="At least one, unless it is not."),
        Field("source-type", "Who reported", SELECT, fields.options("source_types"), start="unknown",
              hint="Only a worker is protected by the Act; everybody is protected here."),
        Field("nation", "Where the reporter works", SELECT, fields.options("nations"), start="unknown"),
        Field("offence", "Legal caution", CHECKBOXES,
              (Option("yes", "To tell us may itself have been an offence"),)),
        Field("words", "Why", TEXT, missing="Write why"),
    )  # fmt: skip


def jurisdiction(known: Known) -> Sequence[Field]:
    return (
        Field("jurisdiction", "Where the conduct was", RADIOS, fields.options("jurisdictions"),
              missing="Say where the conduct was"),
        Field("employment", "The subject’s employment", RADIOS, fields.options("employment"),
              missing="Choose the subject’s employment, or “Not known”"),
        Field("organisation", "The subject’s organisation", SELECT, fields.options("organisations"), start="nca"),
        Field("words", "Notes", TEXT, rows=2),
    )  # fmt: skip


def referral(known: Known) -> Sequence[Field]:
    today = known.calendar.day_of(known.now).isoformat()
    return (
        Field("criteria", "Which of these are met", CHECKBOXES, fields.options("mandatory_referral"),
              hint="None ticked: a referral is not mandatory."),
        Field("clear", "The day on which that first became clear", DAY, start=today,
              hint="The referral is due at the end of the next working day."),
        Field("words", "Why", TEXT, missing="Write why the test comes out so"),
        Field("made", "Reference of the referral, once it is made", TEXT, rows=1, hint="This stops the clock."),
        Field("form", "Form of investigation that the oversight body decided on", SELECT,
              (Option("", "Not decided yet"), *fields.options("referral_forms")), hint="Regulation 38."),
    )  # fmt: skip


def source_risk(known: Known) -> Sequence[Field]:
    asked = (
        Field("could-reveal", "Could acting on this point to the source?", RADIOS,
              (Option("yes", "Yes"), Option("no", "No")), missing="Say whether acting could point to the source"),
        Field("mitigation", "What is done about that", TEXT,
              missing="Write what is done so that nothing points to the source"),
        Field("parallel", "Another origin of the same information", TEXT, rows=2,
              hint="Something that we could have known without this report."),
    )  # fmt: skip
    if not known.supervisor:
        return asked
    accepted = Field(
        "accepted", "As a supervisor", CHECKBOXES, (Option("yes", "I accept the risk that is left"),), anew=True
    )
    return (*asked, accepted)


def connected(known: Known) -> Sequence[Field]:
    choices = (Option("found", "Others are or may be connected"), Option("none", "None considered"))
    return (
        Field("connected", "Others connected", RADIOS, choices, missing="Say whether others are connected",
              hint="Associates, managers who knew, witnesses, victims; others the subject may have treated alike."),
        Field("words", "Who and how; or why nobody", TEXT, missing="Write who is connected and how, or why nobody"),
    )  # fmt: skip


def score(known: Known) -> Sequence[Field]:
    before = known.of("score")
    renewed = known.since("danger", "score")  # a check after the last score: what it raises stands there again
    kept = {flag for flag in known.overrides if renewed or not one(before, f"not-{flag}")}
    offered = known.found.get("score", {}).get("lifts", [])
    new = known.uplifts - set(offered if isinstance(offered, list) else [])  # since the last score
    lifting: Value = [name for name in UPLIFTS if name in new | set(many(before, "uplifts"))]
    ticked: Value = [name for name in OVERRIDES if name in kept | set(many(before, "overrides"))]
    likelihoods = {str(mark): f"{mark} {text}" for mark, text in LIKELIHOODS.items()}
    return (
        *(
            Field(f"harm-{name}", text, RADIOS, HARM_OPTIONS, missing=f"{text}: choose how much harm",
                  group="Harm: how bad, if it is so", group_hint="By the act itself. How it would look from outside "
                  "is no part of it. The highest of the four counts, and one more where two are 6 or above.")
            for name, text in HARMS.items()
        ),
        Field("likelihood", "Likelihood: how strong the suspicion is", RADIOS, fields.options_of(likelihoods),
              missing="Choose how likely it is"),
        Field("uplifts", "What lifts it by one", CHECKBOXES,
              fields.options_of({name: text for name, text in UPLIFTS.items() if name != STA}),
              start=lifting, anew=True,
              hint="Once, however many there are. What is known of the case is ticked already; a priority of the "
                   "strategic threat assessment counts by itself."),
        Field("overrides", "What makes it P1", CHECKBOXES, fields.options_of(OVERRIDES), start=ticked, anew=True,
              hint="What the reporter or the danger check said is ticked already."),
        *(
            Field(f"not-{flag}", f"Why this does not hold: {OVERRIDES[flag].lower()}", TEXT, rows=2,
                  hint="Needed only where you untick it.", anew=renewed)
            for flag in OVERRIDES if flag in known.overrides
        ),
        Field("words", "Reasons for the score", TEXT, missing="Write the reasons for the score"),
        Field("position", "Organisational position", TEXT, rows=2,
              hint="Who has the people and the skills; whether another agency is better placed. It can change who does "
              "it and when, never the priority."),
    )  # fmt: skip


def override(known: Known) -> Sequence[Field]:
    choices = (Option("as-scored", "As scored"), *(Option(level.name, level.name) for level in Priority))
    return (
        Field("priority", "Priority", RADIOS, choices, missing="Choose a priority, or “As scored”"),
        Field("words", "Reason", TEXT, missing="Write why"),
    )


def stream(known: Known) -> Sequence[Field]:
    return (
        Field(
            "stream",
            "Stream",
            RADIOS,
            fields.options("streams"),
            missing="Choose a stream",
            start=known.stream,
            anew=True,
        ),
        Field("words", "Why", TEXT, missing="Write why it belongs there"),
    )


def setting(known: Known) -> Sequence[Field]:
    return (
        Field("regime", "Processing regime", RADIOS, fields.options("regimes"), missing="Choose a processing regime",
              start=str(named("streams", known.stream).more["regime"])),
        Field("grade-band", "The subject’s grade band", RADIOS, fields.options("grades"),
              missing="Choose a grade band, or “Not known”", hint="The same bands for everyone."),
        Field("enablers", "Enablers", CHECKBOXES, fields.options("enablers"), hint="What made it possible."),
        Field("reference", "Reference in the case-management system", TEXT, rows=1,
              hint="Such as that of ATLAS, where the investigation is kept there."),
    )  # fmt: skip


def filled(asked: Sequence[Field], before: fields.Values) -> list[Field]:
    """The questions with what was answered before standing in them."""
    return [field.starting(before[field.name]) if field.name in before and not field.anew else field for field in asked]
