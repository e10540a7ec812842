"""The list of cases and the page of one case."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.models import Event
from audit.trail import record, sentence
from referrals import facts, lifecycle, stages, words
from referrals.forms.lists import CasesFilter
from referrals.lifecycle import CLOSED, Status
from referrals.models import Consent, Decision, OverrideRequest, Query, Referral, Victim
from referrals.paging import page
from referrals.survey import survey
from referrals.views.actions import actions_for
from referrals.views.pages import neighbours, open_case
from referrals.views.sections import age_of
from referrals.views.tabs import tabs_of, with_tabs

# Tab → its words, the statuses in it, the time that orders it, whether the newest come first, and who has it.
TABS = {
    "waiting": ("Waiting for a decision", (Status.SUBMITTED,), "submitted_at", False, "referrals.withdraw"),
    "queried": ("Question to the officer", (Status.QUERIED,), "submitted_at", False, "referrals.withdraw"),
    "active": ("Active", (Status.ACTIVE,), "submitted_at", True, "referrals.read"),
    "suspended": ("Suspended", (Status.SUSPENDED,), "submitted_at", True, "referrals.read"),
    "closed": ("Closed", CLOSED, "closed_at", True, "referrals.read"),
    "drafts": ("Drafts", (Status.DRAFT,), "created_at", True, "referrals.refer"),
}


@needs("referrals.read")
def cases(request):
    """Every case that this person may see, in tabs; what is typed to find one is kept in the session, not in the
    address."""
    user, now = request.user, timezone.now()
    tabs = {name: tab for name, tab in TABS.items() if user.may(tab[4])}
    current = request.GET.get("tab") if request.GET.get("tab") in tabs else next(iter(tabs))
    _, statuses, key, newest_first, _ = tabs[current]
    searched = request.session.get(SEARCH, "")
    form = CasesFilter(request.GET or None, initial={"tab": current})
    seen = Referral.objects.visible_to(user).looked_for(searched, now.year)
    counted = survey({name: seen.filter(status__in=tab[1]) for name, tab in tabs.items()}, first=0)
    found = page(
        form.narrow(seen.filter(status__in=statuses)),
        lambda cases: cases.with_people().with_progress(statuses),
        key=key,
        newest_first=newest_first,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    record(lifecycle.LISTED, by=user, ids=[case.pk for case in found.rows])
    limit = facts.limits()["triage"] if current == "waiting" else 0
    context = {
        "form": form,
        "may_refer": user.may("referrals.refer"),
        "searched": searched,
        "tab": current,
        "rows": [_line(case, now, limit) for case in found.rows],
        "tabs": [
            {"text": tab[0], "href": f"?tab={name}", "current": name == current, "count": _up_to(counted[name][0])}
            for name, tab in tabs.items()
        ],
        **neighbours(request, found),
    }
    return render(request, "referrals/referral_list.html", context)


SEARCH = "cases_looked_for"


@needs("referrals.read")
@require_POST
def look_for(request):
    """Keep what is looked for (nothing: show all again) and show the list."""
    request.session[SEARCH] = request.POST.get("looked_for", "").replace("\x00", "").strip()[:80]
    tab = request.POST.get("tab", "")
    return redirect(f"{reverse('referrals:list')}{f'?tab={tab}' if tab in TABS else ''}")


def _up_to(count):
    return "1,000+" if count >= 1000 else count


def _line(case, now, limit):
    """One row of the list: the case, its tag, and where it has got to."""
    clock = facts.triage_clock(case, now, limit) if limit else None
    return {"case": case, "tag": words.status_tag(case), "progress": words.progress(case), "clock": clock}


def case_rows(user):
    """A case with everything that its page shows to this user, in as few queries as can be."""
    names = Referral.named_officers.through.objects.filter(referral=OuterRef("pk")).values("user__full_name")
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
        .annotate(named=ArraySubquery(names), agreed_to=ArraySubquery(agreed_to))
        .prefetch_related(*related)
    )  # fmt: skip


@needs("referrals.read")
def case(request, pk):
    """One case: what may be done next, where each stage stands, the facts, the people, what was asked and decided, and
    all that was done."""
    user, now = request.user, timezone.now()
    case = open_case(request, pk, rows=with_tabs(user, case_rows(user)))
    if case.status == Status.DRAFT and case.may("referrals.refer"):
        return redirect("referrals:draft", pk=case.pk)
    context = {
        "case": case,
        "age": age_of(case, timezone.localdate(case.submitted_at or now)),
        "tag": words.status_tag(case),
        "tabs": tabs_of(case, "detail"),
        "progress": words.progress(case),
        "clock": facts.triage_clock(case, now) if case.status in (Status.SUBMITTED, Status.QUERIED) else None,
        "actions": actions_for(case, user, timezone.localdate(now)),
        "stages": stages.of_case(case, user, now) if case.provider_id else [],
        "assignable": case.status in (Status.SUBMITTED, Status.QUERIED)
        and case.may("referrals.triage")
        and case.assigned_to_id is None
        and case.referred_by_id != user.pk,
        "own": user.may("referrals.triage") and case.referred_by_id == user.pk,
        "names_colleagues": case.may("referrals.refer"),
        **_people(case),
        "events": [
            {"title": sentence(event), "at": event.at, "by": event.actor_name}
            for event in Event.objects.timeline(case)[:100]
        ],
    }
    return render(request, "referrals/referral_detail.html", context)


def _people(case):
    """The people of the case as its page names them, and what of their details is safe to use."""
    person, parent, officer = case.participant, case.parent_or_carer, case.referred_by
    return {
        "in_full": case.may("referrals.see_victim"),
        "works_with_them": case.may("referrals.see_victim") or case.may("placements.assess"),
        "agreed_to": [Consent.Kind(kind).label for kind in case.agreed_to],
        "phone": _safely(person.phone, person.phone_is_safe),
        "email": _safely(person.email, person.email_is_safe),
        "parent_phone": _safely(parent.phone, parent.phone_is_safe) if parent else "",
        "officer": ", ".join(filter(None, [officer.full_name, officer.collar_number, officer.team, officer.email])),
        "decided_overrides": [wanted for wanted in case.override_requests.all() if wanted.decided_at],
        "hours": f"{case.plan.minutes_required / 60:g}" if case.provider_id else "",
    }


def _safely(contact, is_safe):
    return f"{contact} ({'safe to use' if is_safe else 'not known to be safe'})" if contact else ""
