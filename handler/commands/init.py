"""`handler init`: found a site with its first console, or with --join a console that asks to join one."""

import argparse
import time
from pathlib import Path

from crypto import fields
from crypto.errors import BadField
from handler.commandline import DONE, WRONG_USAGE, add_json, audience, emit, secret_lines
from handler.founding.ceremony import ADVICE
from handler.founding.console import JOIN_REQUEST
from handler.founding.found import found_site, join_site
from handler.founding.plan import Founded, Plan
from handler.settings import PublicationPolicy

DEFAULT = PublicationPolicy()


def name(text: str) -> str:
    """A console's or group's name, for argparse."""
    try:
        return fields.name(text)
    except BadField as error:
        raise argparse.ArgumentTypeError(f"{text!r}: 1 to 32 of a-z, 0-9 and -, with a letter") from error


def shares(text: str) -> tuple[int, int]:
    """`3-of-5`, for argparse."""
    needed, _, total = text.partition("-of-")
    if not needed.isdigit() or not total.isdigit() or not 2 <= int(needed) <= int(total) <= 16:
        raise argparse.ArgumentTypeError(f"{text!r}: K-of-N, such as 3-of-5, at least 2 and at most 16")
    return int(needed), int(total)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "The first supervisor's passphrase is the first line of standard input."
    parser.add_argument("--home", type=Path, required=True, help="the console's new folder")
    parser.add_argument(
        "--site-dir", type=Path, required=True, help="the site's public folder, which the drop serves from"
    )
    parser.add_argument("--name", type=name, required=True, help="the console's name, such as psu")
    parser.add_argument(
        "--groups", type=name, nargs="+", required=True, help="the groups that reports can be addressed to"
    )
    parser.add_argument("--drop-url", required=True, help="the drop's pickup listener, https://HOST:PORT")
    parser.add_argument(
        "--drop-host", action="append", default=[], help="a host name or address of the drop, for its certificate"
    )
    parser.add_argument("--supervisor", required=True, help="the first supervisor's name")
    parser.add_argument("--join", action="store_true", help="join the site of --site-dir instead of founding one")
    parser.add_argument(
        "--ceremony", type=Path, help="a new folder for the root keys, to be taken offline (not with --join)"
    )
    parser.add_argument(
        "--audience", type=audience, action="append", default=[], help="NUMBER=GROUP[,GROUP]; may be repeated"
    )
    parser.add_argument("--shares", type=shares, default=(3, 5), help="recovery shares, K-of-N (default 3-of-5)")
    parser.add_argument("--publication", type=int, default=DEFAULT.publication, help="seconds between publications")
    parser.add_argument("--hold", type=int, default=DEFAULT.hold, help="publications that a reply stays on the board")
    parser.add_argument("--slots", type=int, default=DEFAULT.slots, help="new slots a publication")
    parser.add_argument("--decoys", type=int, default=DEFAULT.decoys, help="mean decoys an hour that a page sends")
    parser.add_argument("--decoy-limit", type=int, default=DEFAULT.decoy_limit, help="most decoys in one visit")
    parser.add_argument(
        "--words", choices=("new", "keep"), default=DEFAULT.words, help="which choice reporters see first"
    )
    add_json(parser)
    parser.set_defaults(usage_error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    if arguments.join == (arguments.ceremony is not None):
        arguments.usage_error("--ceremony is needed to found a site, and does not go with --join")
        return WRONG_USAGE
    plan = _plan(arguments, secret_lines(1)[0])
    if arguments.join:
        made = join_site(plan, time.time())
        advice = (
            f"This console is not in the roster yet. Take {plan.home / JOIN_REQUEST} and client.csr to whoever holds "
            "the root key: `handler root sign` answers with client.pem, ca.pem and roster.bin for the same folder."
        )
    else:
        audiences = dict(arguments.audience)
        made = found_site(
            plan, arguments.ceremony, audiences=audiences, drop_hosts=arguments.drop_host, now=time.time()
        )
        advice = ADVICE.format(folder=arguments.ceremony)
    _tell(arguments, plan, made, advice)
    return DONE


def _plan(arguments: argparse.Namespace, passphrase: str) -> Plan:
    needed, total = arguments.shares
    return Plan(
        home=arguments.home,
        site_dir=arguments.site_dir,
        name=arguments.name,
        groups=tuple(sorted(set(arguments.groups))),
        drop_url=arguments.drop_url,
        supervisor=arguments.supervisor,
        passphrase=passphrase,
        policy=PublicationPolicy(
            publication=arguments.publication,
            hold=arguments.hold,
            slots=arguments.slots,
            decoys=arguments.decoys,
            decoy_limit=arguments.decoy_limit,
            words=arguments.words,
        ),
        shares_needed=needed,
        shares=total,
    )


def _tell(arguments: argparse.Namespace, plan: Plan, made: Founded, advice: str) -> None:
    answer = {
        "site": made.site.hex(),
        "fingerprint_words": made.fingerprint,
        "totp_secret": made.totp_secret,
        "recovery_shares": made.recovery_shares,
    }
    listed = "\n".join(f"  {number}. {share}" for number, share in enumerate(made.recovery_shares, 1))
    text = f"""The console {plan.name} is in {plan.home}.

Root fingerprint, for posters:
  {made.fingerprint}

{plan.supervisor}'s secret for an authenticator app, shown only now:
  {made.totp_secret}

Recovery shares, shown only now. Any {plan.shares_needed} of the {plan.shares} open everything in this console;
fewer open nothing. Give each to another person, on paper. Without them and without a supervisor, everything is lost:
{listed}

{advice}"""
    emit(arguments, answer, text)
