"""A founded console with a drop in memory; people stay signed in."""

from tests.handler.cases.conftest import any_site
from tests.handler.triage.conftest import site

__all__ = ["any_site", "site"]
