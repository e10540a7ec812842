"""The lifecycles of a site and of a placement.

    site:      PROPOSED → ASSESSED → ACTIVE ⇄ SUSPENDED; any of them → CLOSED
    placement: PLANNED → UNDER_WAY ⇄ COMPLETED; PLANNED | UNDER_WAY → ENDED(reason)
    nomination: NEW → ACCEPTED (a site of its own) | DECLINED(reason) | DUPLICATE
    enrolment: ENROLLED ⇄ FINISHED(result); ENROLLED → LEFT(reason)
A placement is completed by the hours: it goes on when a correction or an adjustment leaves hours to do again.
An expired risk assessment or insurance blocks new work by itself (rules.py); it is not a status.
"""

from django.db import models

from audit.trail import Kind, Transition


class SiteStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    ASSESSED = "assessed", "Assessed"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    CLOSED = "closed", "Closed"


class PlacementStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    UNDER_WAY = "under_way", "Under way"
    COMPLETED = "completed", "Completed"
    ENDED = "ended", "Ended early"


class NominationStatus(models.TextChoices):
    NEW = "new", "New"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    DUPLICATE = "duplicate", "Suggested before"


class EnrolmentStatus(models.TextChoices):
    ENROLLED = "enrolled", "Under way"
    FINISHED = "finished", "Finished"
    LEFT = "left", "Left"


class Grade(models.TextChoices):
    EXCELLENT = "excellent", "Excellent"
    GOOD = "good", "Good"
    SATISFACTORY = "satisfactory", "Satisfactory"
    UNSATISFACTORY = "unsatisfactory", "Unsatisfactory"
    POOR = "poor", "Poor"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


ST, P = SiteStatus, PlacementStatus

ASSESS_SITE = Transition(
    "assess", (ST.PROPOSED,), ST.ASSESSED, "placements.manage_sites", Kind("site.assessed", "Assessed")
)
OPEN_SITE = Transition(
    "open", (ST.ASSESSED, ST.SUSPENDED), ST.ACTIVE, "placements.manage_sites", Kind("site.opened", "Opened for work")
)
SUSPEND_SITE = Transition(
    "suspend", (ST.ACTIVE,), ST.SUSPENDED, "placements.manage_sites", Kind("site.suspended", "Suspended: {because}")
)
CLOSE_SITE = Transition(
    "close",
    (ST.PROPOSED, ST.ASSESSED, ST.ACTIVE, ST.SUSPENDED),
    ST.CLOSED,
    "placements.manage_sites",
    Kind("site.closed", "Closed: {because}"),
)
SITE_TRANSITIONS = (ASSESS_SITE, OPEN_SITE, SUSPEND_SITE, CLOSE_SITE)

START = Transition(
    "start", (P.PLANNED,), P.UNDER_WAY, "placements.log", Kind("placement.started", "Community work started at {site}")
)
COMPLETE = Transition(
    "complete",
    (P.UNDER_WAY,),
    P.COMPLETED,
    "placements.log",
    Kind("placement.completed", "Placement completed at {site}"),
)
END = Transition(
    "end",
    (P.PLANNED, P.UNDER_WAY),
    P.ENDED,
    "placements.place",
    Kind("placement.ended", "Placement ended early at {site}: {reason}"),
)
RESUME = Transition(
    "resume",
    (P.COMPLETED,),
    P.UNDER_WAY,
    "placements.log",
    Kind("placement.resumed", "Placement at {site} goes on: there are hours left to do"),
)
PLACEMENT_TRANSITIONS = (START, COMPLETE, END, RESUME)

N, E = NominationStatus, EnrolmentStatus
ACCEPT_NOMINATION = Transition("accept", (N.NEW,), N.ACCEPTED, "placements.nominations", Kind("nomination.accepted"))
DECLINE_NOMINATION = Transition("decline", (N.NEW,), N.DECLINED, "placements.nominations", Kind("nomination.declined"))
DUPLICATE_NOMINATION = Transition("mark", (N.NEW,), N.DUPLICATE, "placements.nominations", Kind("nomination.duplicate"))
NOMINATION_TRANSITIONS = (ACCEPT_NOMINATION, DECLINE_NOMINATION, DUPLICATE_NOMINATION)

FINISH_COURSE = Transition(
    "finish", (E.ENROLLED,), E.FINISHED, "placements.mentor", Kind("course.finished", "Course {course}: {result}")
)
REOPEN_COURSE = Transition(
    "reopen",
    (E.FINISHED,),
    E.ENROLLED,
    "placements.mentor",
    Kind("course.reopened", "Result of the course {course} taken back: {reason}"),
)
LEAVE_COURSE = Transition(
    "leave", (E.ENROLLED,), E.LEFT, "placements.mentor", Kind("course.left", "Course {course} left: {reason}")
)
ENROLMENT_TRANSITIONS = (FINISH_COURSE, REOPEN_COURSE, LEAVE_COURSE)

ASSESSED = Kind("assessment.completed", "Assessment completed")
ASSESSMENT_STARTED = Kind("assessment.started", "Assessment started")
ASSESSMENT_ANSWERED = Kind("assessment.answered")
ASSESSMENT_EDITED = Kind("assessment.edited", "Assessment changed")
SITE_PROPOSED = Kind("site.proposed", "Added to the list of sites")
SITE_EDITED = Kind("site.edited", "Details changed")
SITE_RENEWED = Kind("site.renewed", "{paper} recorded: holds until {until}")
PAPER_DISCLOSED = Kind("paper.disclosed", act="disclosure")
PAPERS_RUN_OUT = Kind("site.papers_run_out")
SITE_CLEARED = Kind("site.cleared", "{sessions} planned sessions cancelled: {because}")
SITE_HISTORY = (SITE_PROPOSED, SITE_EDITED, SITE_RENEWED, SITE_CLEARED, *(step.kind for step in SITE_TRANSITIONS))
SUGGESTED = Kind("nomination.received", act="collection")
NOTED = Kind("nomination.noted")
ANSWERED = Kind("nomination.answered", act="disclosure")
ANSWER_RELEASED = Kind("nomination.answer_released")
CONTACT_ERASED = Kind("nomination.contact_erased", act="erasure")
PLANNED = Kind("placement.planned", "Placement planned at {site}: {hours} hours")
OVERRIDDEN = Kind(
    "placement.overridden", "{site} chosen though it does not meet everything: {reason}", permission="placements.read"
)
WORK_PLANNED = Kind("work.planned", "Work session planned for {when}")
WORK_MOVED = Kind("work.moved", "Work session of {when} moved to {to}, {site}")
WORK_CANCELLED = Kind("work.cancelled", "Work session of {when} cancelled")
WORK_LOGGED = Kind("work.logged", "Work session of {when}: {outcome}, {credited} minutes credited")
ARRIVED = Kind("work.arrived", "Arrived at {at} for the work session of {when}")
ARRIVAL_TAKEN_BACK = Kind("work.arrival_taken_back", "Not marked as arrived for the work session of {when} any more")
WORK_CORRECTED = Kind("work.corrected", "Work session of {when} corrected: {outcome}, {credited} minutes credited")
ORDER_CHANGED = Kind("hours.set", "Hours changed from {before} to {hours}")
COURSE_CREDITED = Kind("hours.course", "Course {course}, {when}: {credited} of {minutes} minutes credited")
COURSE_REVERSED = Kind("hours.course_taken_back", "Course {course}, {when}: taken back, {credited} minutes less")
ADJUSTED = Kind("hours.adjusted", "Hours adjusted by {minutes} minutes: {reason}")

# What a mentor and a participant spoke of stays out of the trail's sentences.
MENTORED = Kind("mentoring.recorded", "Mentoring of {when} recorded")
MENTORING_CHANGED = Kind("mentoring.changed", "Mentoring of {when} changed")
COURSE_ADDED = Kind("catalogue.added")
COURSE_EDITED = Kind("catalogue.edited")
COURSE_OFFERED = Kind("catalogue.offered")
COURSE_RETIRED = Kind("catalogue.retired")
ENROLLED = Kind("course.enrolled", "Enrolled on the course {course}")
COURSE_CERTIFIED = Kind("course.certified", "Certificate of the course {course} added")

LINK_MADE = Kind("participant_link.made", "Link to the participant’s own page made", "disclosure", "placements.share")
LINK_REVOKED = Kind(
    "participant_link.revoked", "Link to the participant’s own page revoked", permission="placements.share"
)
LINK_OPENED = Kind("participant_link.opened", act="disclosure")
COMPLETION_REPORTED = Kind("completion.reported", "Report {number} on the community work", "disclosure")
CERTIFIED = Kind("completion.certified", "Certificate of community work made: {hours}", "disclosure")


def site_refusal(site, transition) -> str:
    attempted = {"assess": "assessed", "open": "opened for work", "suspend": "suspended", "close": "closed"}[
        transition.verb
    ]
    return f"{site} cannot be {attempted} while it is “{SiteStatus(site.status).label.lower()}”."


def placement_refusal(placement, transition) -> str:
    attempted = {"start": "started", "complete": "completed", "end": "ended", "resume": "taken up again"}[
        transition.verb
    ]
    status = PlacementStatus(placement.status).label.lower()
    return f"The placement at {placement.site} cannot be {attempted} while it is “{status}”."


def nomination_refusal(nomination, transition) -> str:
    attempted = {"accept": "accepted", "decline": "declined", "mark": "marked as suggested before"}[transition.verb]
    status = NominationStatus(nomination.status).label.lower()
    return f"The suggestion cannot be {attempted}: it is “{status}” already."


def enrolment_refusal(enrolment, transition) -> str:
    attempted = {"finish": "finished", "reopen": "taken up again", "leave": "left"}[transition.verb]
    status = EnrolmentStatus(enrolment.status).label.lower()
    return f"The course {enrolment.course} cannot be {attempted} while it is “{status}”."
