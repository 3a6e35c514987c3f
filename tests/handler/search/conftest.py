"""Consoles with a drop, whose people stay signed in."""

from tests.handler.people.conftest import any_site, site

__all__ = ["any_site", "site"]
