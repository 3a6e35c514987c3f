"""The page of the list."""

from collections.abc import Mapping, Sequence

from flask import render_template, request

from handler.cases.opened import desk
from handler.identity.roles import HANDLER, SUPERVISOR
from handler.identity.users import people
from handler.intake import routing
from handler.pickup import alarms
from handler.services import services
from handler.worklist import aside, assigning, ranked, saved
from handler.worklist.addresses import Place, address
from handler.worklist.filters import CHOICES, FIELDS, READY, SEVERAL, Filters, View, known
from handler.worklist.lines import lines

TITLES: Mapping[str, str] = {
    "state": "State",
    "priority": "Priority",
    "flag": "Flag",
    "stream": "Stream",
    "channel": "Channel",
    "category": "Category",
    "assigned": "Assigned to",
    "late": "Late",
    "danger": "Danger",
    "restricted": "Restricted",
    "unread": "New",
    "withdrawn": "Withdrawn",
    "aside": "Junk",
    "ended": "Ended ones",
}
"""What people read of each filter."""

Problem = Mapping[str, str | None]


def list_page(place: Place, errors: Sequence[Problem] = (), ticked: Sequence[bytes] = (), batch: bytes = b"") -> str:
    """`errors`: of an act that was refused; `ticked`: what stays ticked; `batch`: cases just put aside."""
    mine, now = desk(), desk().now()
    person = ranked.Person(mine.unlocked.user_id, now)
    with services().databases.console.read() as console:
        page = ranked.page(console, person, place.filters, place.cursor)
        everyone = people(console)
        names = {one.id: one.name for one in everyone}
        shown = lines(console, page.cases, names, now)
        off = ranked.put_off_danger(console, person)
        own = saved.views(console, mine)
        raised = alarms.shown(console, mine.unlocked.user_id)
        undo = aside.count_of_batch(console, mine, batch) if batch else 0
    given = assigning.open_to_cases(everyone)
    return render_template(
        "worklist/list.html", place=place, page=page, lines=shown, off=off, alarms=raised, errors=errors,
        ticked=frozenset(ticked), undo=undo, batch=batch.hex(), address=address, ready=READY, own=own,
        current=_current(place.filters, own), moved=lambda after="", before="": Place(place.filters, after, before),
        of=Place, filled=_filled(place.filters, names), titles=TITLES, choices=CHOICES,
        several=SEVERAL, people=given, junk=bool(place.filters.aside),
        acts=mine.unlocked.may(HANDLER, SUPERVISOR), assigns=mine.unlocked.may(SUPERVISOR),
        risky=aside.risky, labels=routing.LABELS, meanings=routing.TEXTS, given=request.form,
    )  # fmt: skip


def _current(filters: Filters, own: Sequence[View]) -> View | None:
    return next((view for view in (*READY, *own) if view.filters == filters), None)


def _filled(filters: Filters, names: Mapping[bytes, str]) -> list[tuple[str, str]]:
    """Each filter that is set, in words."""
    found = []
    for name in FIELDS:
        value = getattr(filters, name)
        values = (value,) if isinstance(value, str) else value
        words = [_worded(name, one, names) for one in values if one]
        if words:
            found.append((TITLES[name], " or ".join(words)))
    return found


def _worded(name: str, value: str, names: Mapping[bytes, str]) -> str:
    if name == "assigned" and value not in known(name):
        return names.get(bytes.fromhex(value), "A former user")
    return known(name)[value]
