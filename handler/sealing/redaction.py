"""A post without what was sealed: it still decodes, so that replies, handovers and grading go on with it."""

from collections.abc import Mapping
from dataclasses import replace

from crypto.post import Answer, FileRef, FollowUp, Item, Post, Report
from handler.cases.files import NO_KEY

NO_HASH = bytes(32)


def without_message(post: Post, words: str) -> Post:
    """Every text and every file replaced; what was ticked in a fixed list stays, and so do the keys of the words."""
    return replace(post, items=tuple(_emptied(item, words) for item in post.items))


def without_file(post: Post, place: int, words: str) -> Post:
    """The file at a place of the post's list replaced."""
    return _with_file(post, place, _blank(post.files[place], words))


def with_file(post: Post, place: int, ref: FileRef) -> Post:
    """The file put back."""
    return _with_file(post, place, ref)


def with_message(now: Post, original: Post) -> Post:
    """The message put back; a file that is in the case now is kept, for it may have been put back meanwhile."""
    merged = original
    for place, ref in enumerate(now.files):
        if ref.key != NO_KEY:
            merged = _with_file(merged, place, ref)
    return merged


def is_sealed(post: Post, place: int) -> bool:
    return post.files[place].key == NO_KEY


def _emptied(item: Item, words: str) -> Item:
    if isinstance(item, Report):
        files = tuple(_blank(file, words) for file in item.files)
        routing, answers = _answers(item.routing, words), _answers(item.answers, words)
        return replace(item, routing=routing, answers=answers, files=files)
    if isinstance(item, FollowUp):
        return FollowUp(words, tuple(_blank(file, words) for file in item.files))
    return item


def _answers(answers: Mapping[str, Answer], words: str) -> dict[str, Answer]:
    return {name: Answer(answer.choices, words if answer.text else "") for name, answer in answers.items()}


def _blank(file: FileRef, words: str) -> FileRef:
    """Its size and number of pieces stay: they are on the disk for everyone to see."""
    return replace(file, name=words, type="", key=NO_KEY, hash=NO_HASH)


def _with_file(post: Post, place: int, ref: FileRef) -> Post:
    items: list[Item] = []
    first = 0
    for item in post.items:
        if isinstance(item, Report | FollowUp):
            files = list(item.files)
            if 0 <= place - first < len(files):
                files[place - first] = ref
            first += len(files)
            items.append(replace(item, files=tuple(files)))
        else:
            items.append(item)
    return replace(post, items=tuple(items))
