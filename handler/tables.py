"""Every module that declares tables, so that migrations see them all."""

import handler.approvals.tables
import handler.audit.tables
import handler.cases.tables
import handler.deconfliction.tables
import handler.drafts.tables
import handler.export.tables
import handler.identity.tables
import handler.intake.tables
import handler.keys.tables
import handler.lifecycle.tables
import handler.oversight.tables
import handler.pickup.tables
import handler.preview.tables
import handler.publication.tables
import handler.safeguarding.tables
import handler.sealing.tables
import handler.search.tables
import handler.triage.tables
import handler.worklist.tables  # noqa: F401
