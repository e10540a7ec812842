"""The verbs of community work. Each says what becomes true and what is refused, and leaves its trace in the same
transaction. Locks are taken in one order: the case, then the site."""

from placements.operations.assessing import complete_assessment, edit_assessment
from placements.operations.hours import (
    adjust_hours,
    correct_work_session,
    follow_plan,
    log_unplanned_work,
    log_work_session,
    unchanged_since,
)
from placements.operations.placing import (
    cancel_work_session,
    end_placement,
    leave_placements,
    plan_placement,
    plan_work_sessions,
)
from placements.operations.sites import assess_site, close_site, edit_site, open_site, propose_site, suspend_site

__all__ = [
    "adjust_hours",
    "assess_site",
    "cancel_work_session",
    "close_site",
    "complete_assessment",
    "correct_work_session",
    "edit_assessment",
    "edit_site",
    "end_placement",
    "follow_plan",
    "leave_placements",
    "log_unplanned_work",
    "log_work_session",
    "open_site",
    "plan_placement",
    "plan_work_sessions",
    "propose_site",
    "suspend_site",
    "unchanged_since",
]
