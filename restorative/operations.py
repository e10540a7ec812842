"""The verbs of restorative justice.

Every step is the practitioner's to whom the process was given; each refuses a process that is no longer, or not yet, at
a stage that the step may leave, and dates in the future. A process goes on when its case is closed, but none starts.
"""

from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.trail import IllegalMove, Refusal, move, record
from notices import outbox
from referrals.models import Consent, Milestone, Referral
from referrals.operations import reach
from restorative import lifecycle
from restorative.models import AgreementItem, Contact, NotProceededReason, Process


@transaction.atomic
def start(case, *, by, victim, practitioner) -> Process:
    """There is a process, to be offered to this victim by this practitioner. Refused unless the case is active, the
    victim is of this case and has no open process, the practitioner works for the case's provider, and the participant
    did not withdraw their consent to restorative justice."""
    case = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if refusal := lifecycle.start_refusal(case):
        raise Refusal(refusal)
    if _consent_withdrawn(case):
        raise Refusal(f"The consent to explore restorative justice in {case.reference} was withdrawn.")
    if victim.case_id != case.pk:
        raise Refusal(f"Select a victim of {case.reference}.", "victim")
    _check_practitioner(case, practitioner)
    there = Process.objects.open().select_related("practitioner").filter(case=case, victim=victim).first()
    if there:
        raise IllegalMove(f"{there.practitioner} already has an open process with this victim.")
    process = Process.objects.create(case=case, victim=victim, practitioner=practitioner, identified_at=timezone.now())
    record(lifecycle.STARTED, by=by, case=case, ids=[process.pk], practitioner=str(practitioner))
    return process


@transaction.atomic
def hand_over(process, *, by, practitioner) -> None:
    """Another practitioner of the provider has the process. Refused once it is over."""
    current = _locked(process)
    if current.status in lifecycle.OVER:
        raise IllegalMove("The process is over, so it cannot be handed over.")
    if practitioner == current.practitioner:
        raise Refusal(f"The process is already with {practitioner}.", "practitioner")
    _check_practitioner(current.case, practitioner)
    Process.objects.filter(pk=current.pk).update(practitioner=practitioner)
    record(lifecycle.HANDED_OVER, by=by, case=current.case, ids=[current.pk], practitioner=str(practitioner))


@transaction.atomic
def offer(process, *, by, on) -> None:
    """Restorative justice was offered to the victim on this day."""
    current = _taking(process, lifecycle.OFFER, by)
    _check_day(on, "on")
    _move(current, lifecycle.OFFER, by, offered_on=on)


@transaction.atomic
def accept(process, *, by, on) -> None:
    """The victim wants to go ahead."""
    current = _taking(process, lifecycle.ACCEPT, by)
    _check_day(on, "on", after=current.offered_on, what="the offer")
    _move(current, lifecycle.ACCEPT, by, answered_on=on)


@transaction.atomic
def decline(process, *, by, on) -> None:
    """The victim does not want restorative justice; the process is over."""
    current = _taking(process, lifecycle.DECLINE, by)
    _check_day(on, "on", after=current.offered_on, what="the offer")
    _move(current, lifecycle.DECLINE, by, answered_on=on, closed_on=on)


@transaction.atomic
def no_response(process, *, by, on) -> None:
    """The victim could not be reached or did not answer; the last attempt was on this day. The process is over."""
    current = _taking(process, lifecycle.NO_RESPONSE, by)
    _check_day(on, "on", after=current.offered_on, what="the offer")
    _move(current, lifecycle.NO_RESPONSE, by, closed_on=on)


@transaction.atomic
def willing(process, *, by, harm_acknowledged: bool) -> None:
    """The participant is willing. Refused unless they acknowledge the harm: without that it must not proceed."""
    current = _taking(process, lifecycle.WILLING, by)
    if not harm_acknowledged:
        raise Refusal(
            "Restorative justice must not proceed without acknowledgement of harm. Confirm that the participant "
            "acknowledges it, or stop the process.",
            "harm_acknowledged",
        )
    _move(current, lifecycle.WILLING, by, harm_acknowledged=True)


@transaction.atomic
def not_willing(process, *, by) -> None:
    """The participant does not want restorative justice; the process is over."""
    current = _taking(process, lifecycle.NOT_WILLING, by)
    _move(current, lifecycle.NOT_WILLING, by, closed_on=timezone.localdate())


@transaction.atomic
def assess_risk(process, *, by, risk_assessment: str) -> None:
    """The risks to both parties are written down. Refused without text."""
    current = _taking(process, lifecycle.ASSESS_RISK, by)
    if not risk_assessment.strip():
        raise Refusal("Enter the risks and what makes the contact safe.", "risk_assessment")
    _move(current, lifecycle.ASSESS_RISK, by, risk_assessment=risk_assessment)


@transaction.atomic
def prepare(process, *, by, preparation: str) -> None:
    """The parties have been prepared, and how is written down. Refused without text."""
    current = _taking(process, lifecycle.PREPARE, by)
    if not preparation.strip():
        raise Refusal("Enter how the parties were prepared.", "preparation")
    _move(current, lifecycle.PREPARE, by, preparation=preparation)


@transaction.atomic
def facilitate(process, *, by, kind, on) -> None:
    """The parties met, or exchanged what they had to say, on this day; the case has reached its milestone."""
    current = _taking(process, lifecycle.FACILITATE, by)
    _check_day(on, "on", after=current.answered_on, what="the victim’s answer")
    event = {"on": f"{on:%-d %B %Y}", "kind": kind.code}
    _move(current, lifecycle.FACILITATE, by, event=event, kind=kind, facilitated_on=on)
    at = timezone.make_aware(datetime.combine(on, time()))
    reach(current.case, Milestone.Kind.RJ_FACILITATED, at=at, by=by)


@transaction.atomic
def agree(process, *, by, items: list[dict]) -> None:
    """What was agreed is written down: dicts of kind, description, responsible and due_on. Refused without an item, and
    for an item due before the day of the meeting."""
    current = _taking(process, lifecycle.AGREE, by)
    if not items:
        raise Refusal("Enter at least one thing that was agreed. If nothing was, go on to following up.")
    for item in items:
        if item["due_on"] < current.facilitated_on:
            raise Refusal(f"“{item['description']}” is due before the meeting of {current.facilitated_on:%-d %B %Y}.")
    AgreementItem.objects.bulk_create(AgreementItem(process=current, case=current.case, **item) for item in items)
    _move(current, lifecycle.AGREE, by, event={"items": len(items)})


@transaction.atomic
def mark_done(item, *, by, on) -> None:
    """What was agreed was done on this day. Refused a second time, and once the process is closed."""
    current = _locked(item.process)
    _check_mine(current, by)
    if current.status not in lifecycle.FACILITATED_OR_LATER:
        raise IllegalMove("The process is closed, so its agreement cannot be changed.")
    _check_day(on, "on", after=current.facilitated_on, what="the meeting")
    if not AgreementItem.objects.filter(pk=item.pk, done_on__isnull=True).update(done_on=on):
        raise IllegalMove("This was already marked as done.")
    what = item.get_kind_display().lower()
    record(lifecycle.ITEM_DONE, by=by, case=current.case, ids=[current.pk], what=what, item=item.pk)


@transaction.atomic
def follow_up(process, *, by) -> None:
    """The practitioner asks both parties how it went, and sees to what was agreed."""
    current = _taking(process, lifecycle.FOLLOW, by)
    _move(current, lifecycle.FOLLOW, by)


@transaction.atomic
def finish(process, *, by, victim_satisfied: bool | None, participant_satisfied: bool | None) -> None:
    """The process is closed as carried through. None: that party was not asked or did not say."""
    current = _taking(process, lifecycle.FINISH, by)
    _move(
        current,
        lifecycle.FINISH,
        by,
        event={"undone": current.agreement_items.filter(done_on__isnull=True).count()},
        victim_satisfied=victim_satisfied,
        participant_satisfied=participant_satisfied,
        closed_on=timezone.localdate(),
    )


@transaction.atomic
def stop(process, *, by, reason) -> None:
    """The process is closed before it was carried through, as any party may ask at any time."""
    current = _taking(process, lifecycle.STOP, by)
    event = {"reason": reason.label}
    _move(current, lifecycle.STOP, by, event=event, not_proceeded_reason=reason, closed_on=timezone.localdate())


def stop_without_consent(case, kind: str, *, by) -> list[str]:
    """Without the participant's consent to restorative justice, every process of the case that has not come to a
    meeting is closed, whoever has it, and its practitioner is told. One that did goes on to its follow-up: what was
    agreed there is still done."""
    if kind != Consent.Kind.RJ:
        return []
    reason = NotProceededReason.objects.get(code="participant_stopped")
    open_ones = Process.objects.filter(case=case, status__in=lifecycle.STOP.sources).order_by("pk")
    stopped = list(open_ones.select_for_update(of=("self",)))
    for process in stopped:
        told = {"reason": reason.label, "process": process.pk}
        fields = {"not_proceeded_reason": reason, "closed_on": timezone.localdate()}
        event = move(process, lifecycle.STOP, by=by, case=case, event=told, **fields)
        page = reverse("restorative:detail", args=[process.pk])
        said = f"{case.reference}: the consent was withdrawn, so the process is closed."
        outbox.tell([process.practitioner], event, said, page, by=by)
    return [f"{len(stopped)} restorative justice process{'' if len(stopped) == 1 else 'es'} closed."] if stopped else []


@transaction.atomic
def record_contact(process, *, by, party: str, how: str, at, notes: str) -> Contact:
    """A conversation stands in the log, at any stage and after the end. Refused for a time in the future, and where the
    same person has written down the same already: a form is easily sent twice."""
    current = _locked(process)
    _check_mine(current, by)
    if at > timezone.now():
        raise Refusal("Enter a time that is not in the future.", "at")
    same = {"process": current, "party": party, "how": how, "at": at, "notes": notes, "by": by}
    if Contact.objects.filter(**same).exists():
        raise IllegalMove("You have saved this contact already. It stands in the log once.")
    contact = Contact.objects.create(case=current.case, **same)
    record(lifecycle.CONTACTED, by=by, case=current.case, ids=[current.pk], party=party, how=how)
    return contact


def _consent_withdrawn(case) -> bool:
    """Somebody took the consent back, and it was not given again. Where it was never recorded, the participant is asked
    in the process itself."""
    given = case.consents.filter(kind=Consent.Kind.RJ)
    return given.exclude(withdrawn_by="").exists() and not given.filter(withdrawn_at__isnull=True).exists()


def _locked(process) -> Process:
    """The process as it stands, locked until the transaction ends. Nothing is joined to it: whoever waited for the lock
    would get the new row beside the old state of what it is joined to, or no row at all."""
    return Process.objects.select_for_update(of=("self",)).get(pk=process.pk)


def _taking(process, transition, by) -> Process:
    """The process, locked, if this person may take this step now."""
    current = _locked(process)
    _check_mine(current, by)
    if current.status not in transition.sources:
        raise IllegalMove(current.refuse(transition))
    return current


def _move(process, transition, by, event=None, **fields):
    move(process, transition, by=by, case=process.case, event={**(event or {}), "process": process.pk}, **fields)


def _check_mine(process, by):
    if process.practitioner_id != by.pk:
        raise Refusal(f"This process is with {process.practitioner}.")


def _check_practitioner(case, practitioner):
    fits = practitioner.is_active and Role.PRACTITIONER in practitioner.roles
    if not (fits and practitioner.organisation_id == case.provider_id):
        raise Refusal(f"{practitioner} is not a practitioner of {case.provider}.", "practitioner")


def _check_day(on, field, after=None, what=""):
    if on > timezone.localdate():
        raise Refusal("Enter a date that is not in the future.", field)
    if after and on < after:
        raise Refusal(f"Enter a date on or after {what} of {after:%-d %B %Y}.", field)
