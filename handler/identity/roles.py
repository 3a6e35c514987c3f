"""The roles of a console. What a role may do is declared at each page; what it may open is decided by wrapped keys."""

HANDLER = "handler"
SUPERVISOR = "supervisor"
INTAKE = "intake"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"
SENIOR_DECIDER = "senior-decider"
"""Of the senior IPS: decides whether there is a case to answer."""

ACU_LIAISON = "acu-liaison"
"""Of the anti-corruption unit: works on the cases referred to it."""

SAFEGUARDING_LEAD = "safeguarding-lead"
"""For children and adults: has the referral packs, and of cases only those that were shared with them."""

LEGAL_APPROVER = "legal-approver"
"""Counsel outside the investigations: approves publications, reads what is sealed as privileged, opens no cases."""

SECURITY_OFFICER = "security-officer"
"""Deals with what was too highly classified."""

ROLES = (
    HANDLER,
    SUPERVISOR,
    INTAKE,
    AUDITOR,
    ADMINISTRATOR,
    SENIOR_DECIDER,
    ACU_LIAISON,
    SAFEGUARDING_LEAD,
    LEGAL_APPROVER,
    SECURITY_OFFICER,
)

TITLES = {
    HANDLER: "Handler",
    SUPERVISOR: "Supervisor",
    INTAKE: "Intake",
    AUDITOR: "Auditor",
    ADMINISTRATOR: "Administrator",
    SENIOR_DECIDER: "Senior IPS decider",
    ACU_LIAISON: "ACU liaison",
    SAFEGUARDING_LEAD: "Safeguarding lead (children and adults)",
    LEGAL_APPROVER: "Legal approver",
    SECURITY_OFFICER: "Security officer",
}
"""What people read of each."""

CASE_ROLES = (HANDLER, SUPERVISOR, SENIOR_DECIDER, ACU_LIAISON, SAFEGUARDING_LEAD, SECURITY_OFFICER)
"""Who may open cases, where a case's key is wrapped to them."""

REPLY_KEY_ROLES = (HANDLER, INTAKE)
"""Who signs replies."""

EPOCH_SEED_ROLES = (INTAKE,)
"""Who opens what arrives."""

AUTHORITY_ROLES = (SUPERVISOR,)
"""Who certifies keys."""

SEARCH_ROLES = (HANDLER, SUPERVISOR, SENIOR_DECIDER, ACU_LIAISON, INTAKE)
"""Who holds the key of the search index: who searches, and intake, which puts new reports into it."""
