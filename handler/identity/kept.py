"""What a form brought when the session was locked: kept in the page that asks to unlock, and nowhere on the server."""

import json
from dataclasses import dataclass

from flask import current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from handler.web.addresses import local_page

NEVER = frozenset({"csrf_token", "passphrase", "old", "new", "again", "code", "credential"})
"""The form's own token, and what must not be written into a page."""

SHOWN = 12  # characters: what is longer was typed, and is shown so that it can be copied


@dataclass(frozen=True)
class Kept:
    """A form that was not carried out: where it was sent, and its fields."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: bool = False  # it had files, which have to be chosen again

    @classmethod
    def of_request(cls) -> "Kept":
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER]
        return cls(
            request.full_path.rstrip("?"), tuple(fields), any(upload.filename for upload in request.files.values())
        )

    def encode(self) -> str:
        return json.dumps([self.path, self.fields, self.files], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, text: str) -> "Kept | None":
        """None for anything that `encode` does not make, or that would lead to another site."""
        try:
            path, fields, files = json.loads(text)
            pairs = tuple((str(name), str(value)) for name, value in fields)
        except (ValueError, TypeError):
            return None
        found = isinstance(path, str) and local_page(path)
        return cls(found, pairs, bool(files)) if found else None

    @property
    def typed(self) -> list[str]:
        """The longer texts, which somebody would be sorry to lose."""
        return [value for _, value in self.fields if len(value) > SHOWN and " " in value.strip()]

    @property
    def page(self) -> str:
        """Where to go without sending it: the page of the same address where there is one, else the first."""
        try:
            current_app.url_map.bind("").match(self.path.partition("?")[0], method="GET")
        except HTTPException:
            return "/"
        return self.path


def unlock_page(*, wanted: str = "", kept: Kept | None = None, error: str | None = None) -> str:
    """The page that asks for the passphrase, for the session in `g.locked`."""
    return render_template(
        "identity/unlock.html", name=g.locked.name, next=wanted, kept=kept.encode() if kept else "", error=error
    )
