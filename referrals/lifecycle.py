"""The lifecycle of a case: every status, every step, who may take it, and what the trail says of it.

    DRAFT → SUBMITTED ⇄ QUERIED
    SUBMITTED → ACTIVE | DECLINED
    ACTIVE ⇄ SUSPENDED
    ACTIVE → COMPLETED | RETURNED
    a manager may reopen what was declined, withdrawn, completed or returned

The stages of an active case run as the milestones allow (UNLOCKS); no stage knows the others.
"""

from django.db import models
from django.utils import timezone

from audit.trail import Kind, Transition


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for a decision"
    QUERIED = "queried", "Question to the officer"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"
    RETURNED = "returned", "Returned to the officer"


S = Status
CLOSED = (S.DECLINED, S.WITHDRAWN, S.COMPLETED, S.RETURNED)

SUBMIT = Transition(
    "submit", (S.DRAFT,), S.SUBMITTED, "referrals.refer", Kind("referral.submitted", "Referral submitted", "collection")
)
QUERY = Transition(
    "query",
    (S.SUBMITTED,),
    S.QUERIED,
    "referrals.triage",
    Kind("referral.queried", "Question to the officer; the clock stopped"),
)
ANSWER = Transition(
    "answer",
    (S.QUERIED,),
    S.SUBMITTED,
    "referrals.refer",
    Kind("referral.answered", "The officer answered; the clock runs again"),
)
ACCEPT = Transition(
    "accept",
    (S.SUBMITTED,),
    S.ACTIVE,
    "referrals.triage",
    Kind("referral.accepted", "Accepted: {hours} hours with {provider}"),
)
DECLINE = Transition(
    "decline", (S.SUBMITTED, S.QUERIED), S.DECLINED, "referrals.triage", Kind("referral.declined", "Declined: {reason}")
)
WITHDRAW = Transition(
    "withdraw",
    (S.DRAFT, S.SUBMITTED, S.QUERIED, S.ACTIVE, S.SUSPENDED),
    S.WITHDRAWN,
    "referrals.withdraw",
    Kind("referral.withdrawn", "Withdrawn: {reason}"),
)
SUSPEND = Transition(
    "suspend", (S.ACTIVE,), S.SUSPENDED, "referrals.triage", Kind("referral.suspended", "Suspended: {reason}")
)
RESUME = Transition("resume", (S.SUSPENDED,), S.ACTIVE, "referrals.triage", Kind("referral.resumed", "Resumed"))
COMPLETE = Transition(
    "complete", (S.ACTIVE,), S.COMPLETED, "referrals.triage", Kind("referral.completed", "Case closed: completed")
)
RETURN = Transition(
    "return_to_officer",
    (S.ACTIVE, S.SUSPENDED),
    S.RETURNED,
    "referrals.triage",
    Kind("referral.returned", "Returned to the officer: {reason}"),
)
REOPEN_DECISION = Transition(
    "reopen",
    (S.DECLINED, S.WITHDRAWN),
    S.SUBMITTED,
    "referrals.override",
    Kind("referral.reopened_for_decision", "Reopened for a decision"),
)
REOPEN_WORK = Transition(
    "reopen",
    (S.COMPLETED, S.RETURNED),
    S.ACTIVE,
    "referrals.override",
    Kind("referral.reopened", "Reopened"),
)

TRANSITIONS = (
    SUBMIT, QUERY, ANSWER, ACCEPT, DECLINE, WITHDRAW, SUSPEND, RESUME, COMPLETE, RETURN, REOPEN_DECISION, REOPEN_WORK,
)  # fmt: skip

# What happens in a case without changing its status.
DRAFTED = Kind("referral.drafted", "Referral started", "collection")
EDITED = Kind("referral.edited", "Draft changed")
READ = Kind("referral.read", act="consultation")
LISTED = Kind("referral.listed", act="consultation")
SEARCHED = Kind("person.searched", act="consultation")
IMPORTED = Kind("referral.imported", act="collection")  # a file of them; each is drafted besides
ASSIGNED = Kind("referral.assigned", "Assigned to {to}")
COLLEAGUE_NAMED = Kind("referral.colleague_named", "Officer named on the case: {colleague}")
COLLEAGUE_REMOVED = Kind("referral.colleague_removed", "Officer no longer named on the case: {colleague}")
RESTRICTED = Kind("referral.restricted", "Restricted")
UNRESTRICTED = Kind("referral.unrestricted", "No longer restricted: {reason}")
ADMITTED = Kind("referral.admitted", "Admitted to the restricted case: {person}")
DISMISSED = Kind("referral.dismissed", "No longer admitted to the restricted case: {person}")
LINKED = Kind("person.linked", "Linked with another record of the same person", "combination", "referrals.link")
UNLINKED = Kind("person.unlinked", "No longer linked with another record", permission="referrals.link")
TAKEN_ON = Kind("referral.taken_on", "Caseworker: {caseworker}")
HANDED_OVER = Kind("referral.handed_over", "Handed over from {before} to {to}")
CONTACTED = Kind("referral.contacted", "First contact with the participant")
REMINDED = Kind("referral.reminded", "The officer was reminded of the question", permission="referrals.see_victim")
OVERRIDE_ASKED = Kind("override.asked", "A manager was asked: {what}")
OVERRIDE_DECIDED = Kind("override.decided", "A manager {answer}: {what}")
FURTHER_OFFENCE_CHECKED = Kind(
    "referral.further_offence_checked", "Checked at {months} months: {result}", permission="referrals.triage"
)
MILESTONE = Kind("referral.milestone")
# What somebody said as evidence stays out of the trail's sentences.
COMPLIANCE_RAISED = Kind(
    "compliance.raised", "{when}: {outcome}. Evidence by the end of {until}", permission="referrals.note"
)
COMPLIANCE_CHANGED = Kind("compliance.changed", "{when}: corrected to {outcome}", permission="referrals.note")
COMPLIANCE_LAPSED = Kind(
    "compliance.lapsed", "{when}: the outcome was corrected, so nothing follows from it", permission="referrals.note"
)
COMPLIANCE_DECISION_LAPSED = Kind(
    "compliance.decision_lapsed",
    "{when}: the outcome was corrected, so the decision on it falls",
    permission="referrals.note",
)
EVIDENCE_RECORDED = Kind(
    "compliance.evidence", "Evidence recorded on what was missed on {when}", "collection", "referrals.note"
)
COMPLIANCE_EXCUSED = Kind("compliance.excused", "{when}: {outcome}. Found acceptable", permission="referrals.note")
COMPLIANCE_UPHELD = Kind("compliance.upheld", "{when}: {outcome}. Found not acceptable", permission="referrals.note")
RETURN_PROPOSED = Kind("compliance.return_proposed", "Proposed to go back to the officer", permission="referrals.note")
KEPT_OPEN = Kind("compliance.kept_open", "Kept open, although it was proposed to go back", permission="referrals.note")
STATEMENT_DISCLOSED = Kind("statement.disclosed", act="disclosure")
DOCUMENT_ADDED = Kind("document.added", "Document added: {document}", "collection", "referrals.note")
DOCUMENT_DISCLOSED = Kind("document.disclosed", act="disclosure")
DOCUMENT_SHOWN = Kind(
    "document.shown", "Document shown to the provider: {document}", "disclosure", "referrals.see_victim"
)
DOCUMENT_HIDDEN = Kind(
    "document.hidden", "Document hidden from the provider: {document}", permission="referrals.see_victim"
)
DOCUMENT_REMOVED = Kind("document.removed", "Document removed: {document}", permission="referrals.note")
DOCUMENT_ERASED = Kind("document.erased", act="erasure")  # its bytes, after it was removed
VIRUS_FOUND = Kind("document.virus_found", "A file with a virus was refused", permission="referrals.triage")
# What is written in a note never stands in the trail's sentences; a sensitive one is not even spoken of to all.
NOTE_WRITTEN = Kind("note.written", "Note written", "collection", "referrals.note")
SENSITIVE_NOTE_WRITTEN = Kind("note.sensitive_written", "Sensitive note written", "collection", "referrals.triage")
NOTE_MARKED_SENSITIVE = Kind("note.marked_sensitive", "Note marked as sensitive", permission="referrals.triage")
TASK_ADDED = Kind("task.added", "Task for {whom}, due on {due}", permission="referrals.note")
TASK_REASSIGNED = Kind("task.reassigned", "Task given to {whom}", permission="referrals.note")
TASK_DONE = Kind("task.done", "Task done", permission="referrals.note")
MESSAGE_SENT = Kind("message.sent", "{what} sent by {way}", "disclosure")
MESSAGE_SENT_AGAIN = Kind("message.sent_again", "{what} to be sent again by {way}", permission="referrals.contact")
MESSAGE_GIVEN_UP = Kind("message.given_up", "{what} not sent by {way}", permission="referrals.contact")
LETTER_DISCLOSED = Kind("message.letter_disclosed", act="disclosure")
MESSAGES_STOPPED = Kind("message.stopped", "They asked for no emails and texts")
MESSAGES_WANTED = Kind("message.wanted", "They want emails and texts again")
VICTIM_UPDATED = Kind("victim.updated", "Victim told what has happened", permission="referrals.see_victim")
VICTIM_TOLD = Kind(
    "victim.told_about_rj", "Victim told about restorative justice on {on}", permission="referrals.see_victim"
)

CONSENT_GIVEN = Kind("consent.given", "Consent recorded: {what}", "collection")
CONSENT_WITHDRAWN = Kind("consent.withdrawn", "Consent withdrawn: {what}")

# Stage → the consents without which nothing new starts in it: kind → the words of a sentence. Community work is done by
# another organisation, so that it takes the consent to share as well; what a child needs besides, the stage asks.
CONSENTS = {
    "workshop": {"take_part": "to take part"},
    "course": {"take_part": "to take part", "share": "to share information with Remedi"},
    "placement": {"take_part": "to take part", "share": "to share information with Remedi"},
}
# Stage → the milestones that a case must have reached before it may start. A manager's agreed override of a stage
# stands in for its missing milestones; the plan drops what it does not ask for.
UNLOCKS = {
    "workshop": ("assessed",),
    "course": ("assessed",),
    "placement": ("assessed", "workshop_attended"),
}
OVERRIDES = {"placement": "place_before_workshop"}


def steps_for(referral, user):
    """The transitions that this user may take now."""
    return [t for t in TRANSITIONS if referral.status in t.sources and user.may(t.permission)]


def refusal(referral, transition) -> str:
    """Why a step cannot be taken, quoting who did what instead."""
    attempted = {
        "submit": "submitted", "query": "queried", "answer": "answered", "accept": "accepted", "decline": "declined",
        "withdraw": "withdrawn", "suspend": "suspended", "resume": "resumed", "complete": "completed",
        "return_to_officer": "returned to the officer", "reopen": "reopened",
    }[transition.verb]  # fmt: skip
    now = Status(referral.status).label.lower()
    decision = referral.decisions.select_related("by").first()
    if decision and transition.verb in ("accept", "decline", "query"):
        return (
            f"{referral.reference} cannot be {attempted}: {decision.by} {decision.get_outcome_display().lower()} it on "
            f"{timezone.localtime(decision.at):%-d %B %Y at %H:%M}. Its status is now “{now}”."
        )
    return f"{referral.reference} cannot be {attempted} while its status is “{now}”."
