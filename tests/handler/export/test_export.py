"""A pack from the asking to the last chaser: what is in it, what is never in it, who approves."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from crypto.post import FileRef
from handler.approvals import acts as approvals
from handler.approvals.acts import SamePerson
from handler.approvals.tables import Approval
from handler.cases.desk import Desk
from handler.cases.files import FileSealed
from handler.cases.listing import open_case
from handler.errors import NotAllowed
from handler.export import acts
from handler.export.cleaning import NoCleaner, NotCleaned, clean
from handler.export.pack import LockedNow, NotApproved, build
from handler.export.rules import (
    DISCLOSURE,
    DISSEMINATION,
    NotSaid,
    RawWords,
    Request,
    SealedInside,
    TextOnly,
    WordsSealed,
)
from handler.export.tables import Disclosure
from handler.lifecycle.acts import Step, move
from handler.lifecycle.conflict import confirm
from handler.lifecycle.recording import keep_note
from handler.lifecycle.tables import CaseClock
from handler.lifecycle.tasks import tasks_of
from handler.oversight.hold import set_hold
from handler.pickup.cycle import piece_store
from handler.sealing import ending
from handler.sealing.acts import Part, seal
from handler.sealing.grounds import IMAGES, PRIVILEGED
from handler.triage import assessment
from handler.triage.sourcerisk import SourceAtRisk, SourceRiskNotAssessed
from tests.handler.preview.hostile import pdf, picture
from tests.handler.reporters import Reporter, Site, upload
from tests.handler.sealing.sealed import Scene
from tests.handler.triage.forms import PLAIN, form, grades
from tests.support.photos import MAKER, metadata_of, photo_with_place

STORY = "He took the brown envelope from the man in the blue car park on Tuesday."
TEXT = "An officer is said to have taken money."
DAY = 86_400


class Case:
    """A case whose reporter sent files, with its source risk assessed and all graded."""

    def __init__(self, site: Site, files: dict[str, bytes], story: str = STORY) -> None:
        self.scene = Scene.made(site)
        refs: list[FileRef] = [upload(site, name, content) for name, content in files.items()]
        site.deliver(Reporter.new(site).report(story, files=refs))
        with site.console.databases.console.read() as console:
            newest = sa.text("SELECT id FROM cases ORDER BY sequence DESC LIMIT 1")
            self.case_id = bytes(console.execute(newest).scalar_one())
        self.scene.case_id = self.case_id
        self.store = piece_store(site.console.settings)
        self.author, self.approver = site.desk(self.scene.handler), site.desk()

    def assess(self, **source: str) -> "Case":
        risk = form(**{"could_reveal": "no", "mitigation": "Forty know it.", **source})
        assessment.save(self.author, self.case_id, "source-risk", risk)
        found = assessment.read(self.author, self.case_id)
        assessment.save(self.author, self.case_id, "grade", grades(found))
        return self

    def request(self, *files: int, kind: str = DISSEMINATION, **changed: object) -> Request:
        record_id = self.scene.record_id("report").hex()
        made = Request(kind, "The ACU", "To assess", "s.7 CCA 2013", TEXT, "C", "A1", "S2")
        return replace(made, files=tuple(f"{record_id}/{place}" for place in files), **changed)  # type: ignore[arg-type]

    def ask(self, request: Request) -> bytes:
        return acts.ask(self.author, self.store, self.case_id, request)

    def approve(self, desk: Desk | None = None) -> None:
        with self.author.databases.console.read() as console:
            waiting = console.scalars(sa.select(Approval.id).where(Approval.state == approvals.WAITING)).one()
        acts.approve(desk or self.approver, waiting)

    def pack(self, disclosure_id: bytes) -> dict[str, bytes]:
        made = build(self.author, self.store, self.case_id, disclosure_id)
        with zipfile.ZipFile(io.BytesIO(made)) as opened:
            return {name: opened.read(name) for name in opened.namelist()}


def test_a_dissemination_from_the_asking_to_the_last_chaser(any_site: Site, tmp_path: Path) -> None:
    photo = photo_with_place(tmp_path / "me at my desk.jpg").read_bytes()
    case = Case(any_site, {"me at my desk.jpg": photo, "papers by me.pdf": pdf(2)}).assess()
    thing = case.ask(case.request(0, 1))
    with pytest.raises(NotApproved):
        case.pack(thing)
    with pytest.raises(SamePerson):
        case.approve(case.author)
    case.approve()
    pack = case.pack(thing)
    assert sorted(pack) == ["1-cover.txt", "2-text.txt", "files/file-01.png", "files/file-02.pdf", "manifest.json"]
    for name in ("1-cover.txt", "2-text.txt"):
        lines = pack[name].decode().splitlines()
        assert (lines[0], lines[-1]) == ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE")
    cover = pack["1-cover.txt"].decode()
    for said in ("The ACU", "s.7 CCA 2013", "C A1 S2", "2D C A1 S2", "Hana Handler", any_site.console.supervisor.name):
        assert said in cover
    assert metadata_of(pack["files/file-01.png"]) == []
    assert pack["files/file-02.pdf"].startswith(b"%PDF-")
    for content in pack.values():
        assert STORY.encode() not in content
        assert MAKER not in content
        assert b"by me" not in content
        assert b"my desk" not in content
    listed = json.loads(pack["manifest.json"])["entries"]
    assert {one["name"]: one["sha256"] for one in listed} == {
        name: hashlib.sha256(content).hexdigest() for name, content in pack.items() if name != "manifest.json"
    }
    _chase(case, thing)


def _chase(case: Case, thing: bytes) -> None:
    with case.author.databases.console.read() as console:
        chosen = sa.select(CaseClock).where(CaseClock.case_id == case.case_id, CaseClock.kind == "chaser")
        dues = [clock.due for clock in console.scalars(chosen.order_by(CaseClock.number))]
    now = case.author.now()
    assert dues == [now + 28 * DAY, now + 56 * DAY, now + 84 * DAY]
    with pytest.raises(NotSaid):
        acts.answered(case.author, case.case_id, thing, " ", settled=False)
    with pytest.raises(NotAllowed):
        acts.answered(case.author, bytes(16), thing, "By another case’s page.", settled=False)
    acts.answered(case.author, case.case_id, thing, "They look into it.", settled=False)
    acts.answered(case.author, case.case_id, thing, "An arrest.", settled=True)
    with pytest.raises(acts.NothingWaits):
        acts.answered(case.author, case.case_id, thing, "More.", settled=False)
    box = assessment.CaseBox(case.case_id, case.author.case_key(case.case_id))
    with case.author.databases.console.read() as console:
        (told,) = acts.of_case(console, case.author, box)
        to_do = [one.text for one in tasks_of(console, box, case.author.today())]
    assert to_do == [acts.TELL] * 2, "each answer is to be told to the reporter as far as it can be"
    assert list(told.back) == ["They look into it.", "An arrest."]
    assert all(clock.done is not None for clock in told.chasers)


def test_a_disclosure_has_all_decisions_in_order_up_to_the_approval(site: Site) -> None:
    case = Case(site, {"me.png": picture("png"), "notes.from Jane Smith in vetting": b"x"}).assess()
    desk = site.desk()
    graded = grades(assessment.read(case.author, case.case_id))
    pii = {f"{case.scene.record_id('report').hex()}-pii": ["yes"]}
    assessment.save(case.author, case.case_id, "grade", {**graded, **pii})
    set_hold(desk, case.case_id, "The Crown Court.", pii=True)
    open_case(desk, case.case_id, "new")
    confirm(desk, case.case_id, ticked=True)
    move(desk, case.case_id, Step("assessing", {}, {}))
    keep_note(desk, case.case_id, "note", {"text": "Before the approval."})
    keep_note(desk, case.case_id, "strategy", {"what": "Look at the door log.", "care": "One night shift only."})
    keep_note(desk, case.case_id, "words-known", {"known": "yes", "why": "Their partner reads their phone."})
    parts = ("decisions", "timeline", "records", "schedule")
    thing = case.ask(case.request(kind=DISCLOSURE, handling="", action="", sanitisation="", parts=parts))
    case.approve()
    site.console.clock.forward(60)
    keep_note(desk, case.case_id, "note", {"text": "After the approval."})
    pack = case.pack(thing)
    assert "1. Received → Assessing" in pack["3-decisions.txt"].decode()
    assert "Received → Assessing" in pack["4-timeline.txt"].decode()
    for said in ("Before the approval.", "Look at the door log."):
        assert said in pack["5-records.txt"].decode()
    for on_the_source in (b"One night shift", b"Their partner", b"other hands", b"to the source", b"report came"):
        assert on_the_source not in b"".join(pack.values())
    assert b"After the approval." not in b"".join(pack.values())
    listed = pack["6-schedule.txt"].decode().splitlines()
    assert "PII may have to be claimed: yes" in listed[2]
    kinds = [line.split(" | ") for line in listed if " | " in line][1:]
    assert kinds[0][1::2] == ["Material received", "2D C A1 S2"]
    assert kinds[1][1::2] == ["File sent with it (.png)", "2D C A1 S2"]
    assert kinds[2][1] == "File sent with it (another kind)", "the reporter chose the ending"
    assert [line[4] for line in kinds] == ["yes"] * 3 + ["-"] * (len(kinds) - 3)
    assert [line[1] for line in kinds].count("Record of handling") == 3, "those before the approval"
    assert any(line[1] == "Decision log: Received to Assessing" for line in kinds)
    assert "Grades" not in pack["1-cover.txt"].decode()


def test_the_risk_to_the_source_comes_first(site: Site) -> None:
    case = Case(site, {})
    with pytest.raises(SourceRiskNotAssessed):
        case.ask(case.request(kind=DISCLOSURE))
    case.assess(could_reveal="yes")
    with pytest.raises(SourceAtRisk):
        case.ask(case.request())
    assessment.save(case.author, case.case_id, "source-risk", PLAIN["source-risk"])
    case.ask(case.request())
    assessment.save(case.author, case.case_id, "source-risk", form(could_reveal="yes", mitigation="None."))
    with pytest.raises(SourceAtRisk):  # looked at again when it is approved
        case.approve()


def test_what_is_sealed_does_not_go_out(site: Site) -> None:
    case = Case(site, {"a.png": picture("png"), "b.png": picture("png")}).assess()
    report = case.scene.record_id("report")
    thing = case.ask(case.request(0, 1))
    case.approve()
    assert "files/file-02.png" in case.pack(thing)
    seal(case.author, case.case_id, Part(report, 0), PRIVILEGED, {})
    with pytest.raises(FileSealed):
        case.pack(thing)
    with pytest.raises(FileSealed):
        case.ask(case.request(0))
    case.ask(case.request(1))
    seal(case.author, case.case_id, Part(report, 1), IMAGES, {})
    with pytest.raises(LockedNow):
        case.pack(thing)
    with pytest.raises(SealedInside):
        case.ask(case.request())
    with pytest.raises(SealedInside):
        case.approve()


def test_no_part_goes_out_while_a_message_is_sealed_as_its_words_cannot_be_compared(site: Site) -> None:
    case = Case(site, {}).assess()
    keep_note(case.author, case.case_id, "note", {"text": f"They write: {STORY}"})
    part = seal(case.author, case.case_id, Part(case.scene.record_id("report")), PRIVILEGED, {})
    ending.answer(site.desk(case.scene.counsel), part, returns=False, words="Privileged.")
    with pytest.raises(WordsSealed):
        case.ask(case.request(kind=DISCLOSURE, parts=("records",)))
    case.ask(case.request(kind=DISCLOSURE, parts=("schedule",)))


@pytest.mark.parametrize("before", ["[Sealed: ", "[Sealed: legal privilege] "])
def test_a_reporters_words_that_look_like_something_sealed_do_not_go_out_either(site: Site, before: str) -> None:
    case = Case(site, {}, before + STORY).assess()
    with pytest.raises(RawWords):
        case.ask(case.request(text=STORY))
    case.ask(case.request())


def test_the_reporters_words_go_out_in_no_part_neither_asked_for_approved_nor_built(site: Site) -> None:
    case = Case(site, {}).assess()
    parts: dict[str, object] = {"kind": DISCLOSURE, "parts": ("records",)}
    with pytest.raises(TextOnly):
        case.ask(case.request(parts=("decisions",)))
    with pytest.raises(RawWords):
        case.ask(case.request(recipient=STORY))
    thing = case.ask(case.request(**parts))
    site.console.clock.forward(60)
    keep_note(case.author, case.case_id, "note", {"text": f"They write: {STORY}"})
    with pytest.raises(RawWords, match="The records of handling"):
        case.approve()
    with pytest.raises(RawWords):
        case.ask(case.request(**parts))
    with case.author.databases.console.write() as console:
        console.get_one(Disclosure, thing).done = case.author.now()  # as if it had been approved before words counted
    with pytest.raises(RawWords):
        case.pack(thing)


def test_refusals_name_the_file_and_keep_the_words(site: Site) -> None:
    case = Case(site, {"film.mp4": b"\0\0\0\x20ftypisom", "fake.docx": b"nothing"}).assess()
    with pytest.raises(NotCleaned, match=r"film\.mp4"):
        case.ask(case.request(0))
    with pytest.raises(RawWords):
        case.ask(case.request(text=STORY))
    late = site.desk(site.console.add_person("Lena Late", "handler"))
    with pytest.raises(NotAllowed):
        acts.ask(late, case.store, case.case_id, case.request())
    assert b"The ACU" not in case.scene.everything()


def test_documents_are_cleaned_only_within_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert clean("x.pdf", pdf())[1].startswith(b"%PDF-")
    assert clean("x.txt", b"words")[1] == b"words"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCleaner, match=r"x\.pdf"):
        clean("x.pdf", pdf())


def test_a_documents_author_does_not_go_out() -> None:
    sink = io.BytesIO()
    Image.new("RGB", (100, 100), "red").save(sink, "pdf", author="CanaryAuthor", title="CanaryTitle")
    assert b"Canary" in sink.getvalue().replace(b"\0", b"")
    ending, made = clean("Me.PDF", sink.getvalue())
    assert (ending, b"Canary" in made.replace(b"\0", b"")) == (".pdf", False)
