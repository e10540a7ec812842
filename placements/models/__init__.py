"""The nouns of community work."""

from placements.models.assessment import Assessment
from placements.models.ending import CompletionReport, ParticipantLink
from placements.models.learning import Course, CourseSession, Enrolment, MentoringContact
from placements.models.ledger import HoursAccount, HoursLine
from placements.models.reference import (
    Activity,
    AdjustmentReason,
    CourseLeaveReason,
    NominationDeclineReason,
    PlacementEndReason,
)
from placements.models.sites import Nomination, Site, SitePaper
from placements.models.work import Placement, WorkSession

__all__ = [
    "Activity",
    "AdjustmentReason",
    "Assessment",
    "CompletionReport",
    "Course",
    "CourseLeaveReason",
    "CourseSession",
    "Enrolment",
    "HoursAccount",
    "HoursLine",
    "MentoringContact",
    "Nomination",
    "NominationDeclineReason",
    "ParticipantLink",
    "Placement",
    "PlacementEndReason",
    "Site",
    "SitePaper",
    "WorkSession",
]
