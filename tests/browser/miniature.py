"""A miniature console: pulls through the real pickup listener, opens, replies and publishes, all of it in memory."""

import http.client
import os
import secrets
import ssl
import time
from dataclasses import dataclass, field

from crypto.board import Address, Header, Kind, decoy_slot, seal_slot, split_text
from crypto.bulletin import Bulletin, Policy, encode_bulletin
from crypto.calendar import day_of, epoch_of
from crypto.certificates import certificate_id, parse_epoch_certificate, parse_reply_certificate
from crypto.code import derive, parse_words
from crypto.errors import NotAddressed
from crypto.openenvelope import OpenedPost, open_envelope
from crypto.openfile import open_file
from crypto.opening import ed25519_public, signer
from crypto.pieces import piece_names
from crypto.post import FileRef, seen_indices
from crypto.proof import Proof, content_hash, encode_proof
from crypto.secret import ThreadSecret
from crypto.suite import h
from crypto.thread import thread_of
from tests.browser.founding import ConsoleKeys, Founding

ENVELOPE, RECORD = 20_480, 32 + 2 + 20_480
SLOTS, HOLD, NOTICES = 4, 6, 496


@dataclass
class Thread:
    """What the console knows of one reporter."""

    address: Address
    sign_public: bytes
    first_json: bytes
    next_index: int = 0
    next_notice: int = NOTICES
    posts: list[OpenedPost] = field(default_factory=list)


class MiniatureConsole:
    """One console of a Founding, at the drop's pickup port."""

    def __init__(self, founding: Founding, name: str, port: int) -> None:
        self.founding = founding
        self.keys: ConsoleKeys = founding.consoles[name]
        self.name = name
        self.port = port
        self.policy = Policy(decoys=0, decoy_limit=1, publication=21_600, hold=HOLD, words="new")
        self.number = 0
        self.board: list[bytes] = []
        self.queue: list[bytes] = []
        self.threads: dict[bytes, Thread] = {}
        self.secrets: dict[bytes, ThreadSecret] = {}
        self.unopened = 0
        self.last_bulletin = b""
        self._tls = ssl.create_default_context(cafile=str(founding.folder / "tls" / "ca.pem"))
        tls = founding.folder / "tls"
        self._tls.load_cert_chain(tls / f"{name}.pem", tls / f"{name}.key")

    # -- the pickup listener ----------------------------------------------------------------------------------------

    def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self._tls, timeout=30)
        connection.request(method, path, body, {"Content-Type": "application/octet-stream"})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, answer

    def publish(self, at: float | None = None) -> None:
        """The next bulletin and board: queued replies, filled up with decoys, at least SLOTS of them."""
        now = int(time.time() if at is None else at)
        added = self.queue + [decoy_slot() for _ in range(max(0, SLOTS - len(self.queue)))]
        self.queue = []
        secrets.SystemRandom().shuffle(added)
        self.board = [*self.board, *added]
        self.number += 1
        bulletin = self.last_bulletin = self.bulletin(now)
        roster, board = self.founding.roster, b"".join(self.board)
        sized = b"".join(len(part).to_bytes(4, "big") + part for part in (roster, bulletin))
        status, answer = self.request("POST", "/pickup/publication", sized + board)
        assert status == 204, (status, answer)

    def bulletin(self, now: int) -> bytes:
        site, authority = self.founding.site, ed25519_public(self.keys.authority)
        bulletin = Bulletin(
            site=site,
            console=self.name,
            number=self.number,
            time=now,
            epoch=epoch_of(day_of(now)),
            roster=self.founding.serial,
            certificates=tuple(parse_epoch_certificate(raw, authority, site) for raw in self.keys.certificates),
            replies=(parse_reply_certificate(self.keys.reply_certificate, authority, site),),
            revoked=(),
            slots=len(self.board),
            board=h(b"".join(self.board)),
            audit=bytes(32),
            policy=self.policy,
        )
        return encode_bulletin(bulletin, signer(self.keys.publisher))

    def collect(self) -> list[OpenedPost]:
        """Pulls and opens what is new; posts by known words, or with a report, go to their thread."""
        status, body = self.request("GET", "/pickup/envelopes?limit=1000")
        assert status == 200, (status, body)
        records = [body[at : at + RECORD] for at in range(0, len(body), RECORD)]
        opened = []
        for record in records:
            envelope = record[34:]
            epoch = int.from_bytes(envelope[1:3], "big")
            try:
                opened.append(open_envelope(envelope, self.name, epoch, self.keys.openers[epoch], self.founding.site))
            except NotAddressed:
                self.unopened += 1
        for post in opened:
            self._file_post(post)
        if records:
            status, body = self.request("POST", "/pickup/envelopes/ack", b"".join(record[:32] for record in records))
            assert status == 204, (status, body)
        return opened

    def file(self, ref: FileRef) -> bytes:
        """A file's bytes, its pieces pulled now."""
        pieces = []
        for name in piece_names(ref):
            status, body = self.request("GET", f"/pickup/pieces/{name.hex()}")
            assert status == 200, (status, body[:64])
            pieces.append(body)
        return open_file(ref, pieces)

    # -- replies ----------------------------------------------------------------------------------------------------

    def reply(self, thread: Thread, text: str, kind: Kind = Kind.MESSAGE) -> None:
        """Queues a reply; status words too, with Kind.STATUS."""
        self._seal(thread, kind, text.encode())

    def acknowledge(self, thread: Thread) -> None:
        """The proof of report and an acknowledgement."""
        self._seal(thread, Kind.PROOF, self._proof(thread))
        self._seal(thread, Kind.ACKNOWLEDGEMENT, b"Thank you. We have your report and will read it.")

    def take_successor(self, thread: Thread) -> Thread:
        """Does what the last post's new-code asks: handover to the new words, superseded to the old ones."""
        post = thread.posts[-1]
        new = post.post.new_code
        assert new is not None
        address = Address(self.founding.site, self.name, thread_of(post.thread_secret), new.reader)
        fresh = Thread(address, new.sign, thread.first_json)
        self._seal(fresh, Kind.HANDOVER, self._proof(fresh))
        self._seal(thread, Kind.SUPERSEDED, b"", notice=True)
        self.threads[new.sign] = fresh
        return fresh

    def thread_of_words(self, words: list[str]) -> Thread:
        """The thread of the reporter who has these words, once its report was collected."""
        self.collect()
        keys = derive(parse_words(" ".join(words)), self.founding.site, (self.name,))
        return self.threads[keys.sign_public]

    def seen(self, thread: Thread) -> set[int]:
        """The tag indices that the newest post of a thread confirms."""
        secret = self.secrets[thread.address.thread.id]
        return seen_indices(thread.posts[-1].post, self.name, secret)

    def _file_post(self, opened: OpenedPost) -> None:
        thread = self.threads.get(opened.post.sign)
        if thread is None and opened.post.report:
            address = Address(self.founding.site, self.name, thread_of(opened.thread_secret), opened.post.reader)
            self.secrets[address.thread.id] = opened.thread_secret
            thread = self.threads[opened.post.sign] = Thread(address, opened.post.sign, opened.post_json)
        assert thread is not None, "a post under words that nobody knows"
        thread.posts.append(opened)

    def _proof(self, thread: Thread) -> bytes:
        salt, today = os.urandom(16), day_of(time.time())
        proof = Proof(
            site=self.founding.site,
            group=self.name,
            day=today,
            signed=today,
            thread_id=thread.address.thread.id,
            sign_public=thread.sign_public,
            content_hash=content_hash(salt, thread.first_json),
            salt=salt,
            certificate_id=certificate_id(self.keys.reply_certificate),
        )
        return encode_proof(proof, signer(self.keys.reply))

    def _seal(self, thread: Thread, kind: Kind, text: bytes, notice: bool = False) -> None:
        parts, message = split_text(text), os.urandom(8)
        for n, part in enumerate(parts, 1):
            if notice:
                index, thread.next_notice = thread.next_notice, thread.next_notice + 1
            else:
                index, thread.next_index = thread.next_index, thread.next_index + 1
            certificate = certificate_id(self.keys.reply_certificate)
            header = Header(kind, message, n, len(parts), certificate, day_of(time.time()), len(part))
            self.queue.append(seal_slot(thread.address, index, header, part, signer(self.keys.reply)))
