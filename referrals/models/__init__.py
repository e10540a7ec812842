"""The nouns of a case."""

from referrals.models.casework import Document, Note, Task
from referrals.models.compliance import ComplianceEvent, KeptOpen
from referrals.models.decisions import Decision, FurtherOffenceCheck, OverrideRequest, Plan, Query
from referrals.models.desk import ReferralFile, SavedFilter
from referrals.models.messages import Message
from referrals.models.people import Consent, Person, PersonLink, Victim
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
    "ComplianceEvent",
    "Consent",
    "Deadline",
    "Decision",
    "DeclineReason",
    "Disposal",
    "District",
    "Document",
    "Ethnicity",
    "FurtherOffenceCheck",
    "KeptOpen",
    "Message",
    "Milestone",
    "Note",
    "Offence",
    "OverrideRequest",
    "Person",
    "PersonLink",
    "Plan",
    "Query",
    "ReferenceNumber",
    "Referral",
    "ReferralFile",
    "ReturnReason",
    "SavedFilter",
    "SuspendReason",
    "Task",
    "Victim",
    "WithdrawReason",
]
