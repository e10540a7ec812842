"""All that a referral says: on the page where the officer checks it, and on paper."""

from django.shortcuts import render
from django.utils import timezone

from accounts.access import needs
from referrals import facts
from referrals.forms.drafting import IncidentForm
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.time_limits import rj_information_due, rj_information_in_words
from referrals.views.pages import open_case
from referrals.views.sections import age_of
from referrals.words import safely, status_tag


def answers_rows():
    """Referrals with everything that answers_of() reads."""
    return (
        Referral.objects.with_people()
        .select_related(
            "parent_or_carer", "participant__ethnicity", "participant__officer_perceived_ethnicity",
            "participant__district",
        )
        .prefetch_related("consents", "documents", "named_officers", "victims__person", "victims__wish")
    )  # fmt: skip


def answers_of(case, day) -> dict:
    """What templates/referrals/_answers.html shows of a case, as far as the person who opened it may see it."""
    person, parent, officer = case.participant, case.parent_or_carer, case.referred_by
    limits = facts.limits()
    return {
        "in_full": case.may("referrals.see_victim"),
        "works_with_them": case.may("referrals.see_victim") or case.may("placements.assess"),
        "age": age_of(case, timezone.localdate(case.submitted_at) if case.submitted_at else day),
        "phone": safely(person.phone, person.phone_is_safe),
        "email": safely(person.email, person.email_is_safe),
        "parent_phone": safely(parent.phone, parent.phone_is_safe) if parent else "",
        "risks": case.risks or ("None known" if case.risks_considered else ""),
        "flags": [label for name, label in IncidentForm.FLAGS.items() if getattr(case, name)]
        or ("None of these" if case.offence_id else ""),
        "victims": [(victim, to_tell(case, victim, limits)) for victim in case.victims.all()],
        "consents": [consent for consent in case.consents.all() if consent.withdrawn_at is None],
        "documents": [document.title for document in case.documents.all() if document.removed_at is None],
        "officer": ", ".join(filter(None, [officer.full_name, officer.collar_number, officer.team])),
        "named": [colleague.full_name for colleague in case.named_officers.all()],
    }


def to_tell(case, victim, limits) -> str:
    """Until when the victim (None: a new one) is to be told about restorative justice, or when they were, in words."""
    enhanced, told_on = (victim.enhanced_rights, victim.told_about_rj_on) if victim else (False, None)
    due = rj_information_due(reported_on=case.reported_on, offence_at=case.offence_at, enhanced=enhanced, limits=limits)
    return rj_information_in_words(due, told_on, timezone.localdate())


def _told(case) -> str:
    return case.return_statement if case.status == Status.RETURNED and case.may("referrals.note") else ""


@needs("referrals.read")
def summary(request, pk):
    """All that a referral says, laid out for paper."""
    case, now = open_case(request, pk, rows=answers_rows()), timezone.now()
    context = {
        "case": case,
        "tag": status_tag(case),
        "at": now,
        "told": _told(case),
        **answers_of(case, timezone.localdate(now)),
    }
    return render(request, "referrals/referral_summary.html", context)
