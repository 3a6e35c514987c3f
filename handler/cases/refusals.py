"""What a person reads when the key of a case was changed between their looking at it and their writing to it."""

from flask import Flask, render_template
from sqlalchemy.exc import IntegrityError

from handler.cases.inforce import KeyChanged

CONFLICT = 409


def install(app: Flask) -> None:
    """A page of its own for KeyChanged, also where only the database noticed."""
    app.register_error_handler(KeyChanged, _changed)
    app.register_error_handler(IntegrityError, _refused_by_database)


def _changed(refusal: KeyChanged) -> tuple[str, int]:
    return render_template("error.html", heading="The case’s key was changed", text=str(refusal)), CONFLICT


def _refused_by_database(error: IntegrityError) -> tuple[str, int]:
    """SQLite names no constraint, but this is the only one that is looked at when a transaction ends."""
    if error.statement is None and ("case_records_key" in str(error.orig) or "FOREIGN KEY" in str(error.orig)):
        return _changed(KeyChanged())
    raise error
