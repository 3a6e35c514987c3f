"""The roles of a console. What a role may do is declared at each page; what it may open is decided by wrapped keys."""

HANDLER = "handler"
SUPERVISOR = "supervisor"
INTAKE = "intake"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"
SENIOR_DECIDER = "senior-decider"
"""Of the senior IPS: decides whether there is a case to answer."""

ROLES = (HANDLER, SUPERVISOR, INTAKE, AUDITOR, ADMINISTRATOR, SENIOR_DECIDER)

CASE_ROLES = (HANDLER, SUPERVISOR, SENIOR_DECIDER)
"""Who may open cases, where a case's key is wrapped to them."""

REPLY_KEY_ROLES = (HANDLER, INTAKE)
"""Who signs replies."""

EPOCH_SEED_ROLES = (INTAKE,)
"""Who opens what arrives."""

AUTHORITY_ROLES = (SUPERVISOR,)
"""Who certifies keys."""
