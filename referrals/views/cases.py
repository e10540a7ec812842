"""The page of one case."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.models import Event
from referrals import facts, operations, stages, words
from referrals.compliance import CONDITIONAL, PROSECUTION
from referrals.history import is_linked
from referrals.lifecycle import Status
from referrals.models import Consent, Decision, OverrideRequest, Query, Referral, Victim
from referrals.views.actions import actions_for
from referrals.views.compliance import may_return, proposed
from referrals.views.happened import LATEST, shown
from referrals.views.involved import colleagues_named, involved
from referrals.views.pages import open_case
from referrals.views.tabs import top_of, with_tabs


def case_rows(user):
    """A case with everything that its page shows to this user, in as few queries as can be."""
    agreed_to = Consent.objects.filter(case=OuterRef("pk"), withdrawn_at=None).order_by("pk").values("kind")
    related = [
        "milestones",
        Prefetch("override_requests", OverrideRequest.objects.select_related("asked_by", "decided_by")),
    ]
    if user.may("referrals.see_victim"):  # what only the officer and the triage team read
        related += [
            Prefetch("queries", Query.objects.select_related("asked_by", "answered_by")),
            Prefetch("decisions", Decision.objects.select_related("by", "reason")),
            Prefetch("victims", Victim.objects.visible_to(user).select_related("person", "wish")),
        ]
    return (
        Referral.objects.with_people()
        .select_related(
            "plan", "parent_or_carer", "assigned_to", "participant__district", "participant__ethnicity",
            "suspend_reason", "withdraw_reason", "return_reason", *stages.joined(),
        )
        .annotate(colleagues=colleagues_named(), agreed_to=ArraySubquery(agreed_to), linked=is_linked())
        .annotate(return_proposed=proposed())
        .prefetch_related(*related)
    )  # fmt: skip


# What stands in the place of the plan before there is one.
MADE_LATER = "The plan is made when the referral is accepted: the provider, the hours, the workshop."
UNPLANNED = {Status.SUBMITTED: MADE_LATER, Status.QUERIED: MADE_LATER}


@needs("referrals.read")
def case(request, pk):
    """One case: what may be done next, where each stage stands, the facts, the people, what was asked and decided, and
    all that was done."""
    user, now = request.user, timezone.now()
    case = open_case(request, pk, rows=with_tabs(user, case_rows(user)))
    if case.status == Status.DRAFT and case.may("referrals.refer"):
        return redirect("referrals:draft", pk=case.pk)
    context = {
        **top_of(case, "detail"),
        "progress": words.progress(case),
        "clock": facts.triage_clock(case, now) if case.status in (Status.SUBMITTED, Status.QUERIED) else None,
        **_questions(case, timezone.localdate(now)),
        "actions": actions_for(case, user, timezone.localdate(now)),
        "stages": (worklists := stages.of_case(case, user, now) if case.provider_id else []),
        "assignable": case.status in (Status.SUBMITTED, Status.QUERIED)
        and case.may("referrals.triage")
        and case.assigned_to_id is None
        and case.referred_by_id != user.pk,
        "decides": may_return(case),
        "conditional": PROSECUTION if case.disposal_id in CONDITIONAL else "",
        "told": case.return_statement if case.status == Status.RETURNED and case.may("referrals.note") else "",
        "own": user.may("referrals.triage") and case.referred_by_id == user.pk,
        "unplanned": UNPLANNED.get(case.status, "There is none: the referral was not accepted."),
        "tells_victims": case.may("referrals.tell_victim"),
        "names_colleagues": case.may("referrals.refer"),
        "restricts": case.may("referrals.restrict"),
        "links_people": case.may("referrals.link"),
        "people": involved(case, worklists),
        **_people(case),
        "events": shown(Event.objects.timeline(case)[:LATEST]),
    }
    return render(request, "referrals/referral_detail.html", context)


def _questions(case, day):
    """The thread of questions, the one that waits, and for the triage team from when the officer may be reminded."""
    if not case.may("referrals.see_victim"):
        return {}
    queries = list(case.queries.all())
    waiting = [query for query in queries if query.answered_at is None and case.status == Status.QUERIED]
    from_day = operations.may_remind_from(waiting[0]) if waiting and case.may("referrals.triage") else None
    return {
        "thread": words.thread(queries),
        "question": waiting[0] if waiting else None,
        "remind_from": from_day,
        "may_remind": from_day is not None and from_day <= day,
    }


def _people(case):
    """The people of the case as its page names them, and what of their details is safe to use."""
    person, parent = case.participant, case.parent_or_carer
    return {
        "in_full": case.may("referrals.see_victim"),
        "works_with_them": case.may("referrals.see_victim") or case.may("placements.assess"),
        "agreed_to": [Consent.Kind(kind).label for kind in case.agreed_to],
        "consents_url": reverse("referrals:consents", args=[case.pk]) if case.may("referrals.note") else "",
        "phone": words.safely(person.phone, person.phone_is_safe),
        "email": words.safely(person.email, person.email_is_safe),
        "parent_phone": words.safely(parent.phone, parent.phone_is_safe) if parent else "",
        "decided_overrides": [wanted for wanted in case.override_requests.all() if wanted.decided_at],
        "hours": f"{case.plan.minutes_required / 60:g}" if case.provider_id else "",
    }
