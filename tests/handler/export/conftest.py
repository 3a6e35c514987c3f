"""A console with a drop: `site` on SQLite, `any_site` on each kind of database in turn."""

from tests.handler.cases.conftest import any_site, site

__all__ = ["any_site", "site"]
