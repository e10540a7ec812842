"""Consents once the referral is submitted: recorded, signed again, withdrawn; and what a withdrawal stops."""

from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, record
from referrals import lifecycle, stages
from referrals.lifecycle import Status
from referrals.models import Consent, Referral
from referrals.operations import tasks
from referrals.operations.telling import officers, provider, tell, triage_team
from referrals.rules import ADULT
from referrals.time_limits import age_on, working_day_after

Kind = Consent.Kind
BY_PARENT = (Kind.WORK, Kind.MEDICAL, Kind.PHOTO)  # of a child, these are a parent's or carer's to give
ENDS_THE_CASE = (Kind.TAKE_PART, Kind.SHARE)  # without them nothing can go on
WITHDRAWN = "has a consent that was withdrawn."
# Kind → whom its withdrawal is told to; who runs what it stops is told by the stage.
TOLD = {
    Kind.TAKE_PART: (officers, triage_team, provider),
    Kind.SHARE: (officers, triage_team),
    Kind.WORK: (triage_team, provider),
    Kind.MEDICAL: (triage_team, provider),
    Kind.PHOTO: (provider,),
    Kind.RJ: (triage_team,),
}


def is_child(case) -> bool:
    """Whether a parent or carer consents for the participant today. An unknown age is protected as a child's."""
    born = case.participant.date_of_birth
    return born is None or age_on(born, timezone.localdate()) < ADULT


def in_words(kinds) -> str:
    """ "to take part in the scheme and to photographs"."""
    labels = [Kind(kind).label for kind in kinds]
    return " and ".join(f"{label[:1].lower()}{label[1:]}" for label in labels)


@transaction.atomic
def give_consents(case, *, by, kinds, given_by: str, relationship: str, given_on) -> list[Consent]:
    """These kinds of consent are in force, as signed; each is a new row, and one that was in force before ends.

    Refused in a draft, whose own section asks for them, and once the case is closed; without a kind, a name or what
    they are to the person; for a day to come; where a child signs what a parent or carer must sign; and for an adult's
    consent to community work, which is their signature under the agreement.
    """
    current = _locked(case)
    if current.status in (Status.DRAFT, *lifecycle.CLOSED):
        raise IllegalMove(
            f"{current.reference} is {Status(current.status).label.lower()}: no consent is recorded here."
        )
    kinds = [kind for kind in Kind if kind in kinds]
    _check(current, kinds, given_by, relationship, given_on)
    now = timezone.now()
    current.consents.filter(kind__in=kinds, withdrawn_at__isnull=True).update(withdrawn_at=now)
    given = Consent.objects.bulk_create(
        Consent(
            case=current,
            kind=kind,
            given_by=given_by.strip(),
            relationship=relationship.strip(),
            given_on=given_on,
            form_version=settings.SCHEME["CONSENT_FORM_VERSION"],
            recorded_by=by,
        )
        for kind in kinds
    )
    record(lifecycle.CONSENT_GIVEN, by=by, case=current, ids=[row.pk for row in given], what=in_words(kinds))
    return given


def _check(case, kinds, given_by, relationship, given_on):
    child = is_child(case)
    if not kinds:
        raise Refusal("Select what was agreed to.", "kinds")
    if Kind.WORK in kinds and not child:
        raise Refusal(
            f"{case.participant.name} is {ADULT} or over: their consent to community work is the agreement that they "
            "sign for a site.",
            "kinds",
        )
    if not given_by.strip():
        raise Refusal("Enter who signed.", "given_by")
    if not relationship.strip():
        raise Refusal("Enter what they are to the person.", "relationship")
    asked = [kind for kind in kinds if kind in BY_PARENT]
    if child and asked and relationship.strip().lower() == "self":
        raise Refusal(f"A parent or carer must consent {in_words(asked)}: the person is under {ADULT}.", "relationship")
    if given_on > timezone.localdate():
        raise Refusal("The day of the consent must not be in the future.", "given_on")


@transaction.atomic
def withdraw_consent(consent, *, by, withdrawn_by: str, on=None) -> list[str]:
    """The consent is not in force any more, and what depends on it stops in the same transaction (stages,
    when_consent_withdrawn); returns what was stopped, in sentences. Those concerned are told. Without the consent to
    take part, or to share, an open case gets a task of the triage team: whether it goes back to the officer.

    `on`: the day on which it was withdrawn; today, if left out. Refused in a draft, a second time, without who withdrew
    it, and for a day to come or before it was given.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    on = on or today
    case = _locked(consent.case)
    current = Consent.objects.get(pk=consent.pk)
    if case.status == Status.DRAFT:
        raise IllegalMove(f"{case.reference} is a draft: change what was agreed to in its section “Consent”.")
    if current.withdrawn_at:
        raise IllegalMove(
            f"{current.withdrawal_recorded_by or 'Somebody'} already recorded that this consent ended on "
            f"{timezone.localtime(current.withdrawn_at):%-d %B %Y}."
        )
    if not withdrawn_by.strip():
        raise Refusal("Enter who withdraws the consent.", "withdrawn_by")
    if on > today:
        raise Refusal("Enter a date that is not in the future.", "on")
    if on < current.given_on:
        raise Refusal(f"Enter a date on or after the day on which it was given, {current.given_on:%-d %B %Y}.", "on")
    Consent.objects.filter(pk=current.pk).update(
        withdrawn_at=now if on == today else timezone.make_aware(datetime.combine(on, time())),
        withdrawn_by=withdrawn_by.strip(),
        withdrawal_recorded_by=by,
    )
    what = in_words([current.kind])
    event = record(lifecycle.CONSENT_WITHDRAWN, by=by, case=case, ids=[current.pk], what=what)
    stopped = stages.consent_withdrawn(case, current.kind, by=by)
    if current.kind in ENDS_THE_CASE and case.status in (Status.ACTIVE, Status.SUSPENDED):
        tasks.add_task(
            case,
            by=by,
            what=f"Decide whether the case goes back: the consent {what} was withdrawn",
            due_on=working_day_after(today, settings.SCHEME["CONSENT_WITHDRAWN_WORKING_DAYS"]),
            team=tasks.Team.TRIAGE,
        )
    if current.kind == Kind.SHARE:
        stop = "has no consent to share information with you any more: stop working on it."
        tell(case, event, stop, provider(case), by=by)
    tell(case, event, WITHDRAWN, *(who(case) for who in TOLD[Kind(current.kind)]), by=by)
    return stopped


def _locked(case) -> Referral:
    """The case as it stands now, locked until the transaction ends."""
    return Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
