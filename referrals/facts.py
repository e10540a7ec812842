"""Reads from the database what the rules of referrals/rules.py ask about one referral."""

from collections.abc import Collection

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from referrals import compliance, rules, stages
from referrals.lifecycle import CLOSED, CONSENTS, Status
from referrals.likeness import of_one_person, same_person
from referrals.models import Deadline, Person, Referral


def facts_of(referral, now) -> rules.Facts:
    """The eligibility facts of a referral as it stands."""
    person = referral.participant
    victims = list(referral.victims.all())
    day = timezone.localdate(referral.submitted_at or now)
    others = of_one_person(Referral.objects.filter(force=referral.force), person.pk).exclude(pk=referral.pk)
    look_back = rules.add_months(day, -settings.SCHEME["PREVIOUS_MONTHS"])
    open_case = others.exclude(status__in=[*CLOSED, Status.DRAFT]).first()
    return rules.Facts(
        age=rules.age_on(person.date_of_birth, day) if person.date_of_birth else None,
        **_of_disposal(referral.disposal),
        responsibility=referral.responsibility,
        sufficient_evidence=referral.sufficient_evidence,
        agrees=referral.consents.filter(kind="take_part", withdrawn_at__isnull=True).exists(),
        appropriate_adult=referral.appropriate_adult,
        parent_or_carer=referral.parent_or_carer_id is not None,
        victims=len(victims),
        victims_consulted=sum(1 for victim in victims if victim.consulted_on and victim.view.strip()),
        rationale=referral.rationale,
        gravity_score=referral.gravity_score,
        hours=referral.hours_set,
        hours_reason=referral.hours_reason,
        domestic_abuse=referral.domestic_abuse,
        hate=referral.hate,
        sexual=referral.sexual,
        weapon=referral.weapon,
        serious_violence=referral.serious_violence,
        open_case=_named(open_case),
        previous_cases=others.filter(decided_at__date__gte=look_back, plan__isnull=False).count(),
        inspector=referral.inspector,
        inspector_reason=referral.inspector_reason,
    )


def _named(case) -> str:
    """How the rules speak of another case of this person. That a restricted one is theirs is not for everybody."""
    if case is None:
        return ""
    return "Another case" if case.restricted else case.reference


def facts_of_answers(
    *, age: int, disposal, responsibility: str, flags: Collection[str], hours: int | None
) -> rules.Facts:
    """The eligibility facts known before there is a referral: see rules.check_first. `flags`: names of Facts fields."""
    return rules.Facts(
        age=age,
        responsibility=responsibility,
        hours=hours,
        **_of_disposal(disposal) | dict.fromkeys(flags, True),
    )


def _of_disposal(disposal) -> dict:
    return {
        "disposal": disposal.pk if disposal else None,
        "disposal_label": disposal.label if disposal else "",
        "needs_admission": bool(disposal and disposal.needs_admission),
        "children_only": bool(disposal and disposal.children_only),
        "adults_only": bool(disposal and disposal.adults_only),
    }


def lacking(referral) -> list[rules.Finding]:
    """What a draft lacks, whatever the rules of eligibility say."""
    given = {field: getattr(referral, field) for field in rules.NEEDED_TO_SUBMIT}
    if referral.risks_considered:
        given["risks"] = referral.risks or "none known"
    return rules.incomplete(given)


def blocking(referral, now) -> list[rules.Finding]:
    """What keeps a draft from being submitted: what it lacks, then the rules that it does not meet."""
    return lacking(referral) + [finding for finding in rules.eligibility(facts_of(referral, now)) if finding.blocks]


def limits() -> dict[str, int]:
    """Each deadline of the scheme, by its code."""
    return dict(Deadline.objects.values_list("code", "amount"))


def triage_clock(referral, now, limit: int | None = None) -> rules.Clock | None:
    """The clock of the decision, which stands still while a question waits for the officer. None for a draft.
    `limit`: working days, where the caller has read them already."""
    if referral.submitted_at is None:
        return None
    pauses = [(query.asked_at, query.answered_at) for query in referral.queries.all()]
    limit = limits()["triage"] if limit is None else limit
    return rules.working_days_clock(referral.submitted_at, limit, now, pauses=pauses, done_at=referral.decided_at)


def decision_due_at(referral, now):
    """When the decision on a referral that waits for one is due: the moment that Referral.decision_due_at keeps."""
    clock = triage_clock(referral, now)
    assert clock is not None
    return clock.due_at


def first_contact_clock(case, now, limits) -> rules.Clock:
    """The clock of the first contact, which starts when the case is accepted and stands still while it is suspended.
    `limits`: limits()."""
    return rules.working_days_clock(case.decided_at, limits["first_contact"], now, paused=case.time_suspended)


def no_messages_since(person):
    """Since when this person wants no emails and texts; None if they do. What they said of one record of theirs holds
    for all that are linked with it."""
    records = Person.objects.filter(pk__in=same_person(person.pk))
    return records.aggregate(since=Min("no_messages_since"))["since"]


def milestones_of(referral) -> dict:
    """Milestone kind → when it was reached."""
    return {milestone.kind: milestone.at for milestone in referral.milestones.all()}


def missing_to_complete(referral) -> list[str]:
    """The milestones without which this case cannot be closed as completed."""
    return rules.missing_to_complete(
        milestones=list(milestones_of(referral)),
        workshop_needed=referral.plan.workshop_needed,
        minutes_required=referral.plan.minutes_required,
    )


def windows_due(referral, day) -> list[int]:
    """The windows of the further-offence check (months) that have wholly gone by and were not checked."""
    if referral.status != Status.COMPLETED:
        return []
    checked = {check.months for check in referral.further_offence_checks.all()}
    closed_on = timezone.localdate(referral.closed_at)
    return [m for m in rules.CHECKED_AFTER_MONTHS if m not in checked and rules.add_months(closed_on, m) <= day]


def missing_for(referral, stage: str) -> list[str]:
    """The milestones that this case still needs before the stage may start."""
    agreed = [request.kind for request in referral.override_requests.all() if request.agreed]
    return rules.missing_for(
        stage,
        milestones=list(milestones_of(referral)),
        workshop_needed=referral.plan.workshop_needed,
        agreed_overrides=agreed,
    )


def consents_of(referral) -> list[str]:
    """The kinds of consent that are in force: as they were fetched with the case (agreed_to), or read now."""
    fetched = getattr(referral, "agreed_to", None)
    if fetched is not None:
        return fetched
    return list(referral.consents.filter(withdrawn_at__isnull=True).values_list("kind", flat=True))


def consents_missing(referral, stage: str, agreed: Collection[str] | None = None) -> list[str]:
    """The consents that this stage still needs, in the words of a sentence. `agreed`: consents_of(), where the caller
    has read them."""
    agreed = consents_of(referral) if agreed is None else agreed
    return [words for kind, words in CONSENTS[stage].items() if kind not in agreed]


def return_is_proposed(referral) -> bool:
    """Whether what was upheld in this case proposes that it goes back to the officer."""
    upheld = referral.compliance_events.standing().filter(decision="upheld").values_list("happened_on", "decided_at")
    settled_at = referral.kept_open.values_list("at", flat=True).first()
    return compliance.return_is_proposed([compliance.Upheld(*row) for row in upheld], settled_at)


def statement_for_officer(referral) -> str:
    """What the officer may be told of a case that goes back to them, made from what is on record."""
    events = referral.compliance_events.standing().exclude(decision="").select_related("outcome")
    attended = milestones_of(referral).get("workshop_attended")
    done = [f"The workshop was attended on {timezone.localtime(attended):%-d %B %Y}."] if attended else []
    return compliance.statement(
        reference=referral.reference,
        events=[
            (e.happened_on, e.outcome.label, e.evidence, e.get_decision_display().lower(), e.decision_reason)
            for e in events
        ],
        done=[*done, *stages.what_was_done(referral)],
        conditional=referral.disposal_id in compliance.CONDITIONAL,
        longest=compliance.LONGEST_STATEMENT,
    )
