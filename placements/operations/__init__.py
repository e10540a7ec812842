"""The verbs of community work. Each says what becomes true and what is refused, and leaves its trace in the same
transaction. Locks are taken in one order: the case, then the site."""

from placements.operations.arriving import mark_arrived, take_back_arrival
from placements.operations.assessing import answer_section, complete_assessment
from placements.operations.clearing import cancel_site_sessions
from placements.operations.courses import (
    add_certificate,
    add_course,
    as_recorded,
    edit_course,
    enrol,
    finish_course,
    leave_course,
    leave_courses,
    offer_course,
    record_learnt,
    reopen_course,
    take_back_learnt,
)
from placements.operations.ending import certify_work, may_report, report_completion
from placements.operations.hours import (
    correct_work_session,
    log_unplanned_work,
    log_work_session,
    unchanged_since,
)
from placements.operations.ledger import credit_course, reverse_course
from placements.operations.mentoring import change_mentoring, record_mentoring
from placements.operations.nominations import (
    TooManyToday,
    accept_nomination,
    decline_nomination,
    erase_contacts,
    mark_nomination,
    note_on_nomination,
    send_answer_again,
    suggest,
)
from placements.operations.orders import adjust_hours, change_order, follow_plan
from placements.operations.papers import disclose_paper, record_insurance, record_risk_assessment, tell_of_papers
from placements.operations.placing import end_placement, leave_placements, plan_placement
from placements.operations.planning import cancel_work_session, move_work_session, plan_work_sessions
from placements.operations.sharing import (
    end_participant_link,
    make_participant_link,
    open_participant_link,
    revoke_participant_link,
)
from placements.operations.sites import close_site, edit_site, open_site, propose_site, suspend_site
from placements.operations.stopping import stop_work
from placements.operations.telling import remind_of_work

__all__ = [
    "TooManyToday",
    "accept_nomination",
    "add_certificate",
    "add_course",
    "adjust_hours",
    "answer_section",
    "as_recorded",
    "cancel_site_sessions",
    "cancel_work_session",
    "certify_work",
    "change_mentoring",
    "change_order",
    "close_site",
    "complete_assessment",
    "correct_work_session",
    "credit_course",
    "decline_nomination",
    "disclose_paper",
    "edit_course",
    "edit_site",
    "end_participant_link",
    "end_placement",
    "enrol",
    "erase_contacts",
    "finish_course",
    "follow_plan",
    "leave_course",
    "leave_courses",
    "leave_placements",
    "log_unplanned_work",
    "log_work_session",
    "make_participant_link",
    "mark_arrived",
    "mark_nomination",
    "may_report",
    "move_work_session",
    "note_on_nomination",
    "offer_course",
    "open_participant_link",
    "open_site",
    "plan_placement",
    "plan_work_sessions",
    "propose_site",
    "record_insurance",
    "record_learnt",
    "record_mentoring",
    "record_risk_assessment",
    "remind_of_work",
    "reopen_course",
    "report_completion",
    "reverse_course",
    "revoke_participant_link",
    "send_answer_again",
    "stop_work",
    "suggest",
    "suspend_site",
    "take_back_arrival",
    "take_back_learnt",
    "tell_of_papers",
    "unchanged_since",
]
