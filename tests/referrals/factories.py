"""Cases in any status, as they stand after the steps that lead there."""

import uuid
from datetime import timedelta

from referrals.lifecycle import CLOSED, Status
from referrals.models import ComplianceEvent, Consent, Decision, DeclineReason, Milestone, Plan, Query
from tests.factories import NOW, make_referral

MILESTONES = ("assessed", "workshop_attended", "hours_completed")


def make_case(status, officer, triager, provider, *, at=NOW, milestones=MILESTONES, **fields):
    """A case in this status with what belongs to it: the open question, the decision, the plan, the reason."""
    more = {}
    if status in CLOSED:
        more["closed_at"] = at
    if status in (Status.ACTIVE, Status.SUSPENDED, Status.COMPLETED, Status.RETURNED):
        more |= {"provider": provider, "decided_at": at}
    if status == Status.DECLINED:
        more["decided_at"] = at
    reasons = {Status.SUSPENDED: ("suspend_reason_id", "away"), Status.WITHDRAWN: ("withdraw_reason_id", "duplicate")}
    reasons[Status.RETURNED] = ("return_reason_id", "moved_away")
    if status in reasons:
        more |= dict([reasons[status]])
    case = make_referral(officer, status=status, at=at, **{**more, **fields})
    if status == Status.QUERIED:
        Query.objects.create(case=case, question="Was the shop asked?", asked_by=triager, asked_at=at)
    if status == Status.DECLINED:
        reason = DeclineReason.objects.get(code="evidence")
        Decision.objects.create(case=case, outcome="decline", reason=reason, rationale="Weak.", by=triager, at=at)
    if case.provider_id:
        Decision.objects.create(case=case, outcome="accept", rationale="Suitable.", by=triager, at=at)
        Plan.objects.create(case=case, minutes_required=600, provider=provider)
        Milestone.objects.bulk_create(Milestone(case=case, kind=kind, at=at) for kind in milestones)
    return case


def withdraw_consent(case):
    Consent.objects.filter(case=case, kind="take_part").update(withdrawn_at=NOW)


def make_missed(case, by, *, on=None, decision="", **fields):
    """Something missed without a good reason, as it stands while evidence may come, or once it was decided."""
    decided = {"decision": decision, "decided_by": by, "decided_at": NOW} if decision else {}
    return ComplianceEvent.objects.create(
        **{
            "case": case,
            "stage": "workshop",
            "about": uuid.uuid4(),
            "outcome_id": "unacceptable_absence",
            "happened_on": on or NOW.date(),
            "raised_at": NOW,
            "raised_by": by,
            "evidence_by": NOW.date() + timedelta(days=7),
            **decided,
            **fields,
        }
    )
