"""`reporter send`: seals the text on standard input, posts it, prints its twelve words."""

import argparse
import json
import sys
import time
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from reporter.cli.inputs import add_site

    add_site(parser)
    parser.add_argument(
        "--to", required=True, action="append", metavar="GROUP", help="who can open it; may be repeated"
    )
    parser.add_argument(
        "--attach", type=Path, action="append", default=[], metavar="FILE", help="a file; may be repeated"
    )
    parser.add_argument("--as-is", action="store_true", help="send files too whose hidden details cannot be removed")
    parser.add_argument("--copy", type=Path, metavar="FILE", help="save what is sent, for the proof of report")


def run(args: argparse.Namespace) -> int:
    """0 when the drop has stored the report; 1 refused: it says whether the words are of use."""
    from crypto.errors import ProtocolError
    from crypto.selftest import SelfTestFailed
    from reporter.cli.refusals import NotCertain, Refused

    try:
        _send(args)
    except NotCertain as problem:
        print(problem, file=sys.stderr)
        return 1
    except (Refused, ProtocolError, SelfTestFailed) as problem:
        print(f"Nothing was sent. {problem}", file=sys.stderr)
        return 1
    return 0


def _send(args: argparse.Namespace) -> None:
    from crypto import code
    from crypto.post import Answer, Report
    from crypto.selftest import self_test
    from reporter.cli import files, inputs, posting
    from reporter.cli.drop import Drop
    from reporter.cli.refusals import NotCertain, NoText
    from reporter.questionnaire import DEFAULT, load

    self_test()
    text = inputs.read_text()
    if not text and not args.attach:
        raise NoText
    attachments = [files.attachment(path, as_is=args.as_is) for path in args.attach]
    drop = Drop(args.site, inputs.read_pins(args.pins))
    state = drop.load_state()
    own = code.new_code(posting.audience_of(state, args.to))
    sealed = [files.seal(attachment) for attachment in attachments]
    report = Report(load(DEFAULT).version, {}, {"what": Answer((), text)}, tuple(ref for ref, _ in sealed))
    letter = posting.make_letter(state, posting.keys_of(state, own), (report,), time.time())
    for _, pieces in sealed:
        for name, piece in pieces:
            drop.post_piece(name, piece)
    if args.copy:
        inputs.write_private(args.copy, letter.post_json)
    words = " ".join(code.words(own))
    answer = {"words": words, "groups": sorted(set(args.to)), "files": [file.name for file in attachments]}
    if not args.json:
        print(words, flush=True)  # before the post, so that no report is stored whose words nobody has
    try:
        drop.post_envelope(letter.envelope)
    except NotCertain:
        if args.json:
            print(json.dumps({**answer, "certain": False}))
        raise
    if args.json:
        print(json.dumps(answer))
    else:
        print("Your report is safe with us. Write the words down: nobody can get them back.", file=sys.stderr)
