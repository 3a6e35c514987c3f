"""A founded console with a drop in memory."""

from tests.handler.cases.conftest import site

__all__ = ["site"]
