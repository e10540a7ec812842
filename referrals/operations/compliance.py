"""What follows when somebody misses what they agreed to: the event, the days for evidence, the decision on it, and
whether the case goes back to the officer. docs/scheme.md, “Compliance”."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import compliance, facts, lifecycle
from referrals.lifecycle import Status
from referrals.models import ComplianceEvent, KeptOpen, Referral
from referrals.operations.noncompliance_letter import give_up_letter, write_letter
from referrals.operations.telling import officers, tell, triage_team

Decision = ComplianceEvent.Decision


@transaction.atomic
def follow_outcome(case, *, stage: str, about, outcome, happened_on, by) -> ComplianceEvent | None:
    """The case's compliance follows an outcome that was recorded or corrected; called in that transaction. `about`: the
    key of the booking or work session.

    An outcome that may be enforced raises an event and a letter, once; one that may not be lets the event lapse, also
    when it was decided. From one that may be enforced to another the event goes on, with what was said and decided. In
    a case that is closed nothing changes. Returns the event that stands.
    """
    event = ComplianceEvent.objects.filter(about=about, lapsed_at__isnull=True).first()
    if event is None and not outcome.enforceable:
        return None
    current = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if current.status in lifecycle.CLOSED:
        return event
    event = ComplianceEvent.objects.filter(
        about=about, lapsed_at__isnull=True
    ).first()  # as it is, now we hold the case
    if not outcome.enforceable:
        if event:
            _lapse(event, current, by)
        return None
    if event is None:
        return _raise(current, stage, about, outcome, happened_on, by)
    if (event.outcome_id, event.happened_on) != (outcome.pk, happened_on):
        event.outcome, event.happened_on = outcome, happened_on
        event.save(update_fields=["outcome", "happened_on"])
        record(lifecycle.COMPLIANCE_CHANGED, by=by, case=current, ids=[event.pk], **_said(event))
    return event


def _raise(case, stage, about, outcome, happened_on, by) -> ComplianceEvent:
    now = timezone.now()
    event = ComplianceEvent.objects.create(
        case=case,
        stage=stage,
        about=about,
        outcome=outcome,
        happened_on=happened_on,
        raised_at=now,
        raised_by=by,
        evidence_by=compliance.evidence_by(timezone.localdate(now), settings.SCHEME["EVIDENCE_DAYS"]),
    )
    record(
        lifecycle.COMPLIANCE_RAISED,
        by=by,
        case=case,
        ids=[event.pk],
        until=compliance.day_in_words(event.evidence_by),
        **_said(event),
    )
    write_letter(event, by=by)
    return event


def _lapse(event, case, by) -> None:
    ComplianceEvent.objects.filter(pk=event.pk).update(lapsed_at=timezone.now())
    kind = lifecycle.COMPLIANCE_DECISION_LAPSED if event.decision else lifecycle.COMPLIANCE_LAPSED
    number = record(kind, by=by, case=case, ids=[event.pk], **_said(event))
    give_up_letter(event)
    if event.decision == Decision.UPHELD:
        tell(case, number, "has something missed that no longer counts.", officers(case), by=by)


def _said(event) -> dict:
    return {"outcome": event.outcome.label.lower(), "when": compliance.day_in_words(event.happened_on)}


@transaction.atomic
def record_evidence(event, *, by, text: str) -> ComplianceEvent:
    """What the participant said or showed is on record; what comes later is added to it. Refused without words, once it
    is decided or has lapsed, and in a closed case."""
    event = _locked(event)
    _undecided(event)
    if not text.strip():
        raise Refusal("Enter what they said or showed.", "text")
    now = timezone.now()
    said = "\n\n".join(filter(None, [event.evidence, text.strip()]))
    if len(said) > compliance.LONGEST_EVIDENCE:
        raise Refusal(
            f"With what was recorded before this is {len(said)} characters; the most is {compliance.LONGEST_EVIDENCE}.",
            "text",
        )
    event.evidence, event.evidence_at = said, event.evidence_at or now
    event.save(update_fields=["evidence", "evidence_at"])
    record(lifecycle.EVIDENCE_RECORDED, by=by, case=event.case, ids=[event.pk], **_said(event))
    return event


@transaction.atomic
def decide_compliance(event, *, by, decision: str, reason: str = "") -> None:
    """What was missed is acceptable or not, decided once. The officers are told of what is not, and the triage team
    when it proposes that the case goes back. Refused a second time, once it has lapsed, in a closed case, and,
    without a reason, before evidence came or the time for it was up."""
    decision = Decision(decision)
    event = _locked(event)
    _undecided(event)
    now, reason = timezone.now(), reason.strip()
    waited = compliance.may_be_decided(
        evidence_came=event.evidence_at is not None, evidence_by=event.evidence_by, today=timezone.localdate(now)
    )
    if not reason and not waited:
        raise Refusal(
            f"Evidence may still come until the end of {compliance.day_in_words(event.evidence_by)}. To decide before, "
            "enter why.",
            "reason",
        )
    event.decision, event.decision_reason, event.decided_by, event.decided_at = decision, reason, by, now
    event.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    case = event.case
    if decision == Decision.EXCUSED:
        record(lifecycle.COMPLIANCE_EXCUSED, by=by, case=case, ids=[event.pk], **_said(event))
        return
    number = record(lifecycle.COMPLIANCE_UPHELD, by=by, case=case, ids=[event.pk], **_said(event))
    tell(case, number, "has something missed without a good reason.", officers(case), by=by)
    if facts.return_is_proposed(case):
        number = record(lifecycle.RETURN_PROPOSED, by=None, case=case)
        tell(case, number, "may go back to the officer: a triager decides.", triage_team(case), by=by)


@transaction.atomic
def keep_open(case, *, by, reason: str) -> None:
    """The case goes on although the rule proposes that it goes back, until something more is upheld. Refused without a
    reason, and where nothing proposes it: another triager may have decided."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if not reason.strip():
        raise Refusal("Enter why the case goes on.", "reason")
    if case.status in lifecycle.CLOSED:
        raise IllegalMove(f"{case.reference} is {Status(case.status).label.lower()}.")
    if not facts.return_is_proposed(case):
        kept = case.kept_open.select_related("by").first()
        raise IllegalMove(
            f"{kept.by} already kept {case.reference} open on {timezone.localtime(kept.at):%-d %B %Y at %H:%M}."
            if kept
            else f"Nothing proposes that {case.reference} goes back to the officer."
        )
    settle(case, by=by, reason=reason.strip())
    record(lifecycle.KEPT_OPEN, by=by, case=case)


def settle(case, *, by, reason: str) -> None:
    """What was upheld until now no longer proposes that the case goes back."""
    KeptOpen.objects.create(case=case, reason=reason, by=by, at=timezone.now())


def _locked(event) -> ComplianceEvent:
    """The event as it stands, with its case locked first, as follow_outcome() locks them; refuses a closed case."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=event.case_id)
    if case.status in lifecycle.CLOSED:
        raise IllegalMove(
            f"{case.reference} is {Status(case.status).label.lower()}, so nothing can be recorded here. A manager may "
            "reopen it."
        )
    current = ComplianceEvent.objects.select_related("outcome", "decided_by").get(pk=event.pk)
    current.case = case
    return current


def _undecided(event) -> None:
    if event.lapsed_at:
        raise IllegalMove("The outcome was corrected in the meantime, so there is nothing to decide.")
    if event.decision:
        raise IllegalMove(
            f"{event.decided_by} already decided this on {timezone.localtime(event.decided_at):%-d %B %Y at %H:%M}: "
            f"{event.get_decision_display().lower()}."
        )
