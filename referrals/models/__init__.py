"""The nouns of a case."""

from referrals.models.decisions import Decision, FurtherOffenceCheck, OverrideRequest, Plan, Query
from referrals.models.people import Consent, Person, Victim
from referrals.models.reference import (
    AttendanceOutcome,
    CommunityRemedyOption,
    Deadline,
    DeclineReason,
    Disposal,
    District,
    Ethnicity,
    Offence,
    ReturnReason,
    SuspendReason,
    WithdrawReason,
)
from referrals.models.referral import Milestone, ReferenceNumber, Referral

__all__ = [
    "AttendanceOutcome",
    "CommunityRemedyOption",
    "Consent",
    "Deadline",
    "Decision",
    "DeclineReason",
    "Disposal",
    "District",
    "Ethnicity",
    "FurtherOffenceCheck",
    "Milestone",
    "Offence",
    "OverrideRequest",
    "Person",
    "Plan",
    "Query",
    "ReferenceNumber",
    "Referral",
    "ReturnReason",
    "SuspendReason",
    "Victim",
    "WithdrawReason",
]
