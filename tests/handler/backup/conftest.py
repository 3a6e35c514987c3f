"""A founded console with a drop in memory."""

from tests.handler.cases.conftest import any_site, site

__all__ = ["any_site", "site"]
