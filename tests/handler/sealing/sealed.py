"""A case with a message and files, and the people of the roles that sealing knows."""

from dataclasses import dataclass

from sqlalchemy import select

from crypto.post import FileRef, Post, decode_post
from handler.cases.desk import Desk
from handler.cases.records import CaseBox
from handler.cases.tables import Case, CaseRecord
from handler.sealing.acts import Part, seal
from handler.sealing.tables import SealedObject
from tests.handler.founded import Person
from tests.handler.reporters import Reporter, Site, upload
from tests.handler.web.casepages import case_id_of

SECRET = "The words that must not be here."
KEPT = "He takes money."


@dataclass
class Scene:
    """One case: a report with two files and a follow-up."""

    site: Site
    reporter: Reporter
    case_id: bytes
    files: tuple[FileRef, ...]
    handler: Person
    officer: Person
    counsel: Person

    @classmethod
    def made(cls, site: Site) -> "Scene":
        handler = site.console.add_person("Hana Handler", "handler", "intake")
        officer = site.console.add_person("Sef Officer", "security-officer")
        counsel = site.console.add_person("Lee Counsel", "legal-approver")
        reporter = Reporter.new(site)
        files = (upload(site, "one.jpg", b"first file"), upload(site, "two.jpg", b"second file"))
        site.deliver(reporter.report(KEPT, files=files))
        site.deliver(reporter.follow_up(SECRET))
        site.cycle()
        return cls(site, reporter, case_id_of(site), files, handler, officer, counsel)

    def desk(self, person: Person | None = None) -> Desk:
        return self.site.desk(person)

    def record_id(self, kind: str) -> bytes:
        with self.site.console.databases.console.read() as console:
            chosen = select(CaseRecord.id).where(CaseRecord.case_id == self.case_id, CaseRecord.kind == kind)
            return console.scalars(chosen).one()

    def post(self, kind: str, person: Person | None = None) -> Post:
        box = CaseBox(self.case_id, self.desk(person).case_key(self.case_id))
        with self.site.console.databases.console.read() as console:
            return decode_post(box.open(console.get_one(CaseRecord, self.record_id(kind))))

    def case(self) -> Case:
        with self.site.console.databases.console.read() as console:
            return console.get_one(Case, self.case_id)

    def objects(self) -> list[SealedObject]:
        with self.site.console.databases.console.read() as console:
            return list(console.scalars(select(SealedObject).order_by(SealedObject.at)))

    def everything(self) -> bytes:
        """Every byte below the console's folder."""
        home = self.site.console.settings.home
        return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def post_json(scene: Scene) -> bytes:
    box = CaseBox(scene.case_id, scene.desk().case_key(scene.case_id))
    with scene.site.console.databases.console.read() as console:
        return box.open(console.get_one(CaseRecord, scene.record_id("report")))


def holders(scene: Scene, purpose: str) -> set[bytes]:
    with scene.desk().keyring() as keyring:
        return keyring.holders(purpose)


def seal_follow_up(scene: Scene, ground: str, person: Person | None = None) -> bytes:
    return seal(scene.desk(person), scene.case_id, Part(scene.record_id("follow-up")), ground, {"incident": "SI-1"})


def seal_file(scene: Scene, ground: str, place: int = 0) -> bytes:
    return seal(scene.desk(scene.handler), scene.case_id, Part(scene.record_id("report"), place), ground, {})
