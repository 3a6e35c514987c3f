"""The JSON of a post (SPEC 4.1): who writes, what was read, and one to four items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crypto import compactjson, fields
from crypto.errors import BadField
from crypto.secret import ContentKey, ThreadSecret
from crypto.suite import check_ed25519_public, check_x25519_public, kdf

MAX_JSON = 15497  # bytes
MAX_FILES = 16  # a post
SEEN = 64  # bytes of a `seen` map
MAX_SIZE = 134_209_536  # bytes of a file: 512 pieces
_NOT_IN_NAMES = re.compile("[\\x00-\\x1f\\x7f-\\x9f/\\\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class FileRef:
    """A file of a post. `size` is in bytes, `hash` is over its pieces (SPEC 5)."""

    name: str
    type: str
    size: int
    count: int
    key: ContentKey
    hash: bytes
    cleaned: bool


@dataclass(frozen=True)
class Answer:
    """The answer to one question: chosen answer ids, and free text."""

    choices: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Report:
    """A first report. `questionnaire` names the version answered; `routing` decides who may see it, and how fast."""

    questionnaire: str
    routing: Mapping[str, Answer]
    answers: Mapping[str, Answer]
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True)
class FollowUp:
    """A later message."""

    text: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True)
class Withdraw:
    """The reporter takes the report back."""


@dataclass(frozen=True)
class NewCode:
    """The public keys of the words that take over."""

    sign: bytes
    reader: bytes


Item = Report | FollowUp | Withdraw | NewCode


@dataclass(frozen=True)
class Post:
    """`id` is 16 random bytes; `sign` and `reader` are public keys; `seen` has a blinded map for each group."""

    id: bytes
    sign: bytes
    reader: bytes
    items: tuple[Item, ...]
    seen: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def report(self) -> Report | None:
        return next((item for item in self.items if isinstance(item, Report)), None)

    @property
    def follow_up(self) -> FollowUp | None:
        return next((item for item in self.items if isinstance(item, FollowUp)), None)

    @property
    def withdraw(self) -> Withdraw | None:
        return next((item for item in self.items if isinstance(item, Withdraw)), None)

    @property
    def new_code(self) -> NewCode | None:
        return next((item for item in self.items if isinstance(item, NewCode)), None)

    @property
    def files(self) -> tuple[FileRef, ...]:
        """The files of every item."""
        return tuple(file for item in self.items if isinstance(item, Report | FollowUp) for file in item.files)


def seen_map(indices: Iterable[int]) -> bytes:
    """The 64 bytes in which bit i stands for index i, not yet blinded."""
    bits = bytearray(SEEN)
    for index in indices:
        bits[index // 8] |= 1 << (7 - index % 8)  # spec: 4.1
    return bytes(bits)


def blind_seen(bits: bytes, thread_secret: ThreadSecret, post_id: bytes) -> bytes:
    """A map as it travels, readable by its own group only; and back. `thread_secret` is that of the words in use."""
    mask = kdf(thread_secret.expose(), "seen", post_id, SEEN)  # spec: 4.1
    return bytes(a ^ b for a, b in zip(bits, mask, strict=True))


def seen_indices(post: Post, group: str, thread_secret: ThreadSecret) -> set[int]:
    """The tag indices that a post says were opened; a clear bit says nothing."""
    if group not in post.seen:
        return set()
    bits = blind_seen(post.seen[group], thread_secret, post.id)
    return {index for index in range(8 * SEEN) if bits[index // 8] >> (7 - index % 8) & 1}


def encode_post(post: Post) -> bytes:
    """Compact JSON. Raises BadField or BadJson for a post that no console would take. Its room is MAX_JSON bytes."""
    value = {
        "post": post.id.hex(),
        "sign": post.sign.hex(),
        "reader": post.reader.hex(),
        "seen": {group: bits.hex() for group, bits in post.seen.items()},
        "items": [_item_value(item) for item in post.items],
    }
    raw = compactjson.encode(value)
    _post(value)
    return raw


def decode_post(raw: bytes) -> Post:
    """Reads the JSON of an opened envelope. Raises BadJson, BadField."""
    return _post(compactjson.decode(raw))


def _post(value: object) -> Post:
    m = fields.members(value, "post", "sign", "reader", "seen", "items")  # spec: 4.1
    post = Post(
        id=fields.hexadecimal(m["post"], 16),
        sign=_sign(m["sign"]),
        reader=_reader(m["reader"]),
        seen={fields.name(g): fields.hexadecimal(bits, SEEN) for g, bits in fields.mapping(m["seen"]).items()},
        items=fields.array(m["items"], 1, 4, _item),
    )
    if len({type(item) for item in post.items}) != len(post.items):
        raise BadField("item twice")
    if post.report and post.new_code:
        raise BadField("new-code with report")
    if len(post.files) > MAX_FILES:
        raise BadField("files")
    return post


def _item(value: object) -> Item:
    kind = fields.mapping(value).get("type")
    if kind == "report":
        m = fields.members(value, "type", "questionnaire", "routing", "answers", "files")
        questionnaire = fields.text(m["questionnaire"], 1, 32)
        return Report(questionnaire, _answers(m["routing"]), _answers(m["answers"]), _files(m["files"]))
    if kind == "follow-up":
        m = fields.members(value, "type", "text", "files")
        return FollowUp(fields.text(m["text"]), _files(m["files"]))
    if kind == "withdraw":
        fields.members(value, "type")
        return Withdraw()
    if kind == "new-code":
        m = fields.members(value, "type", "sign", "reader")
        return NewCode(_sign(m["sign"]), _reader(m["reader"]))
    raise BadField("item type")


def _answers(value: object) -> dict[str, Answer]:
    return {fields.name(question): _answer(answer) for question, answer in fields.mapping(value).items()}


def _answer(value: object) -> Answer:
    m = fields.members(value, "choices", "text")
    return Answer(fields.array(m["choices"], 0, MAX_JSON, fields.name), fields.text(m["text"]))


def _files(value: object) -> tuple[FileRef, ...]:
    return fields.array(value, 0, MAX_FILES, _file)


def _file(value: object) -> FileRef:
    m = fields.members(value, "name", "type", "size", "count", "key", "hash", "cleaned")
    return FileRef(
        name=_file_name(m["name"]),
        type=fields.text(m["type"], 0, 127),
        size=fields.integer(m["size"], 0, MAX_SIZE),
        count=fields.integer(m["count"], 0),
        key=ContentKey(fields.hexadecimal(m["key"], 32)),
        hash=fields.hexadecimal(m["hash"], 32),
        cleaned=fields.boolean(m["cleaned"]),
    )


def _file_name(value: object) -> str:
    name = fields.text(value, 1, 255)
    if _NOT_IN_NAMES.search(name):
        raise BadField("file name")
    return name


def _sign(value: object) -> bytes:
    public = fields.hexadecimal(value, 32)
    check_ed25519_public(public)
    return public


def _reader(value: object) -> bytes:
    public = fields.hexadecimal(value, 32)
    check_x25519_public(public)
    return public


def _item_value(item: Item) -> dict[str, object]:
    if isinstance(item, Report):
        return {
            "type": "report",
            "questionnaire": item.questionnaire,
            "routing": _answers_value(item.routing),
            "answers": _answers_value(item.answers),
            "files": [_file_value(file) for file in item.files],
        }
    if isinstance(item, FollowUp):
        return {"type": "follow-up", "text": item.text, "files": [_file_value(file) for file in item.files]}
    if isinstance(item, Withdraw):
        return {"type": "withdraw"}
    return {"type": "new-code", "sign": item.sign.hex(), "reader": item.reader.hex()}


def _answers_value(answers: Mapping[str, Answer]) -> dict[str, object]:
    return {question: {"choices": list(a.choices), "text": a.text} for question, a in answers.items()}


def _file_value(file: FileRef) -> dict[str, object]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "count": file.count,
        "key": file.key.expose().hex(),
        "hash": file.hash.hex(),
        "cleaned": file.cleaned,
    }
