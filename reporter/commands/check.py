"""`reporter check`: reads replies with the twelve words from standard input; with --answer, answers."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crypto.code import Keys
    from reporter.cli.drop import Drop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from reporter.cli.inputs import add_site

    add_site(parser)
    parser.add_argument("--answer", action="store_true", help="the words on the first line, then a text to send")
    parser.add_argument("--new-words", action="store_true", help="also make new words, to be used from then on")
    parser.add_argument("--withdraw", action="store_true", help="also say that you withdraw the report")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="save the proof of report")
    parser.add_argument("--copy", type=Path, metavar="FILE", help="what send --copy saved, to go into the receipt")


def run(args: argparse.Namespace) -> int:
    """0 the words look right, and what was to be sent is stored; 1 refused."""
    from crypto.errors import ProtocolError
    from crypto.selftest import SelfTestFailed
    from reporter.cli.refusals import Refused

    try:
        _check(args)
    except (Refused, ProtocolError, SelfTestFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _check(args: argparse.Namespace) -> None:
    from crypto.reading import read_replies
    from crypto.selftest import self_test
    from reporter.cli import inbox, inputs, posting
    from reporter.cli.drop import Drop

    self_test()
    sends = args.answer or args.new_words or args.withdraw
    typed = inputs.read_text()
    words, _, answer = typed.partition("\n") if sends else (typed, "", "")
    own = inbox.typed_code(words)
    drop = Drop(args.site, inputs.read_pins(args.pins))
    state, now = drop.load_state(), time.time()
    inbox.check_audience(state, own)
    keys = posting.keys_of(state, own)
    replies = read_replies(keys, state)
    messages = [inbox.shown(keys, state, message) for message in replies.messages]
    unchecked = [group for group in keys.secrets if not state.readable(group, now)]
    if not args.json:
        print(inbox.page(messages, unchecked, state.now(now)), flush=True)
    if args.receipt:
        copy = args.copy.read_bytes() if args.copy else b""
        inputs.write_receipts(args.receipt, inbox.receipts(keys, state, replies, copy))
    new_words = _send(args, answer.strip(), drop, keys, replies.seen) if sends else None
    if args.json:
        listed = [{**vars(message), "day": message.day.isoformat()} for message in messages]
        print(json.dumps({"messages": listed, "unchecked": unchecked, "new_words": new_words, "sent": sends}))


def _send(args: argparse.Namespace, answer: str, drop: "Drop", keys: "Keys", seen: dict[str, bytes]) -> str | None:
    """Posts what was asked for, under the words that were typed; the new words, where they were asked for."""
    from crypto import code
    from crypto.post import FollowUp, Item, NewCode, Withdraw
    from reporter.cli import posting
    from reporter.cli.refusals import NotCertain, NoText

    if args.answer and not answer:
        raise NoText
    items: list[Item] = [FollowUp(answer)] if args.answer else []
    items += [Withdraw()] if args.withdraw else []
    state = drop.state or drop.load_state()
    new_words, successor = None, None
    if args.new_words:
        new = code.new_code(keys.audience)
        new_words, successor = " ".join(code.words(new)), posting.keys_of(state, new)
        items.append(NewCode(successor.sign_public, successor.reader_public))
    letter = posting.make_letter(state, keys, tuple(items), time.time(), successor=successor, seen=seen)
    if new_words and not args.json:
        print(f"\nYour new words:\n{new_words}", flush=True)  # before they are in force
    try:
        drop.post_envelope(letter.envelope)
    except NotCertain:
        if args.json:  # the new words may be in force
            print(json.dumps({"messages": [], "unchecked": [], "new_words": new_words, "sent": None}))
        raise
    if not args.json:
        print("Your message is safe with us.", file=sys.stderr)
    return new_words
