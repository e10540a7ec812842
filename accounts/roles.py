"""The roles of the scheme and the one table that says which role may do what.

A permission is a name, "app.verb". Views, API actions, buttons and tests all read GRANTS; nothing else grants anything.
"""

from django.db import models


class Role(models.TextChoices):
    REFERRER = "referrer", "Referrer"
    TRIAGER = "triager", "Triager"
    FACILITATOR = "facilitator", "Workshop facilitator"
    COORDINATOR = "coordinator", "Placement coordinator"
    PRACTITIONER = "practitioner", "Restorative justice practitioner"
    MANAGER = "manager", "Manager"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


R = Role

PUBLIC = "public"  # nobody need sign in
SIGNED_IN = "signed_in"  # everybody with an account

GRANTS: dict[str, frozenset[Role]] = {
    # the case
    "referrals.read": frozenset({R.REFERRER, R.TRIAGER, R.COORDINATOR, R.MANAGER}),
    "referrals.refer": frozenset({R.REFERRER}),
    "referrals.withdraw": frozenset({R.REFERRER, R.TRIAGER}),
    "referrals.triage": frozenset({R.TRIAGER}),
    "referrals.ask_override": frozenset({R.TRIAGER, R.COORDINATOR}),
    "referrals.override": frozenset({R.MANAGER}),
    "referrals.restrict": frozenset({R.TRIAGER}),
    "referrals.admit": frozenset({R.MANAGER}),  # to a restricted case, without opening it
    "referrals.link": frozenset({R.TRIAGER}),
    "referrals.import": frozenset({R.REFERRER}),
    "referrals.note": frozenset({R.REFERRER, R.TRIAGER, R.COORDINATOR}),  # and documents and tasks
    "referrals.contact": frozenset({R.TRIAGER, R.COORDINATOR}),  # messages and letters to the people of a case
    "referrals.comply": frozenset({R.TRIAGER, R.COORDINATOR}),  # what follows from something missed
    "referrals.withdraw_consent": frozenset({R.REFERRER, R.TRIAGER, R.COORDINATOR}),
    "referrals.hand_over": frozenset({R.COORDINATOR}),  # cases to a colleague of the provider
    "referrals.tell_victim": frozenset({R.REFERRER, R.TRIAGER}),
    "referrals.see_victim": frozenset({R.REFERRER, R.TRIAGER, R.PRACTITIONER}),
    # workshops
    "workshops.read": frozenset({R.FACILITATOR, R.TRIAGER, R.COORDINATOR}),
    "workshops.schedule": frozenset({R.FACILITATOR, R.TRIAGER}),
    "workshops.book": frozenset({R.TRIAGER, R.COORDINATOR}),  # choosing people takes sight of cases
    "workshops.book_by_reference": frozenset({R.FACILITATOR}),  # a case that they cannot see
    "workshops.keep_list": frozenset({R.FACILITATOR, R.TRIAGER, R.COORDINATOR}),
    "workshops.record": frozenset({R.FACILITATOR}),
    "workshops.certify": frozenset({R.REFERRER, R.TRIAGER, R.COORDINATOR, R.FACILITATOR}),
    # placements
    "placements.read": frozenset({R.COORDINATOR, R.TRIAGER}),
    "placements.assess": frozenset({R.COORDINATOR}),
    "placements.manage_sites": frozenset({R.COORDINATOR}),
    "placements.place": frozenset({R.COORDINATOR}),
    "placements.log": frozenset({R.COORDINATOR}),
    "placements.set_hours": frozenset({R.REFERRER, R.TRIAGER}),  # the police set them, also after the start
    "placements.mentor": frozenset({R.COORDINATOR}),  # and courses
    "placements.nominations": frozenset({R.COORDINATOR}),
    "placements.share": frozenset({R.COORDINATOR}),  # the participant's own page
    "placements.report": frozenset({R.COORDINATOR}),  # to the officer, at the end
    "placements.certify": frozenset({R.REFERRER, R.TRIAGER, R.COORDINATOR}),
    # restorative justice
    "restorative.read": frozenset({R.PRACTITIONER, R.TRIAGER}),
    "restorative.start": frozenset({R.TRIAGER}),
    "restorative.record": frozenset({R.PRACTITIONER}),
    # figures and reports
    "reporting.read": frozenset({R.MANAGER}),
    "reporting.issue": frozenset({R.MANAGER}),
    # the trail and the accounts
    "audit.read": frozenset({R.AUDITOR}),
    "accounts.manage": frozenset({R.ADMINISTRATOR}),
}


def may(user, permission: str) -> bool:
    """Whether this user holds a role that the permission is granted to. Unknown permissions are programming errors."""
    if permission == PUBLIC:
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    if permission == SIGNED_IN:
        return True
    return not GRANTS[permission].isdisjoint(user.roles)
