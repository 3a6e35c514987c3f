"""Every module that declares tables, so that migrations see them all."""

import handler.audit.tables
import handler.identity.tables
import handler.keys.tables  # noqa: F401
