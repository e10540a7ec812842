"""The list of cases: found, filtered, ordered, paged, and assigned from."""

import re

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import User
from accounts.roles import Role
from audit.trail import Refusal, record
from referrals import lifecycle, listing, operations, words
from referrals.forms.lists import CasesFilter
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.paging import page
from referrals.recent import recent
from referrals.survey import survey
from referrals.time_limits import clock_until
from referrals.views.filters import address
from referrals.views.pages import neighbours

SEARCH = "cases_looked_for"
MOST_TICKED = 25  # a page of the list
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@needs("referrals.read")
def cases(request):
    """Every case that stands in this person's lists, in tabs; what is typed to find one is kept in the session, not in
    the address."""
    user, now = request.user, timezone.now()
    asked = Asked(request, now)
    found = page(
        asked.rows,
        lambda cases: (
            cases.with_people()
            .select_related("assigned_to")
            .with_progress([s for s in asked.tab.statuses if s not in (Status.SUBMITTED, Status.QUERIED)])
            .with_permissions_of(user)
        ),
        key=asked.key,
        newest_first=asked.newest_first,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counted = survey(
        {**{name: asked.all.filter(status__in=tab.statuses) for name, tab in asked.tabs.items()}, "": asked.rows}, 0
    )
    told = recent(found.rows, user)
    record(lifecycle.LISTED, by=user, ids=[case.pk for case in found.rows if not case.hidden])
    assigning = user.may("referrals.triage") and asked.name in ("waiting", "queried")
    query, own_filters = asked.query(), list(user.saved_filters.all())
    context = {
        "form": asked.form,
        "on": len(asked.form.chosen),
        "found": _in_words(counted[""][0]),
        "may_refer": user.may("referrals.refer"),
        "may_link": user.may("referrals.link"),
        "searched": asked.searched,
        "tab": asked.name,
        "rows": [_line(case, now, told.get(case.pk), assigning, user) for case in found.rows],
        "shows_assigned": "assigned" in asked.form.fields,
        "assigning": assigning and any(case.may("referrals.triage") for case in found.rows),
        "colleagues": asked.form.fields["assigned"].choices[3:] if assigning else [],
        "back": request.GET.urlencode(),
        "query": query.urlencode(),
        "saveable": len(query) > 1 and not any(saved.query == query.dict() for saved in own_filters),
        "saved": [
            {"text": saved.name, "href": address(saved.query), "current": saved.query == query.dict()}
            for saved in own_filters
        ],
        "tabs": [
            {
                "text": tab.text,
                "href": f"?tab={name}",
                "current": name == asked.name,
                "count": _up_to(counted[name][0]),
            }
            for name, tab in asked.tabs.items()
        ],
        **neighbours(request, found),
    }
    return render(request, "referrals/referral_list.html", context)


class Asked:
    """What a request asks of the list: the tab, the filters, the order, and the cases that answer."""

    def __init__(self, request, now):
        user = request.user
        self.tabs = listing.tabs_for(user)
        asked_for = request.GET.get("tab", "")
        self.name = asked_for if asked_for in self.tabs else next(iter(self.tabs))
        self.tab = self.tabs[self.name]
        self.searched = request.session.get(SEARCH, "")
        self.form = CasesFilter(request.GET or None, tab=self.name, choices=listing.choices(user), user=user)
        chosen = self.form.chosen
        self.key, self.newest_first = listing.order(self.name, self.form.order)
        self.all = listing.seen_by(user, searched=self.searched, narrowed=False, now=now)
        seen = listing.seen_by(user, searched=self.searched, narrowed=True, now=now) if chosen else self.all
        self.rows = listing.narrow(seen.filter(status__in=self.tab.statuses), chosen, user=user, now=now)

    def query(self) -> QueryDict:
        """The tab, filters and order as an address says them, without the page."""
        said = QueryDict(mutable=True)
        said["tab"] = self.name
        said.update(self.form.chosen)
        if self.form.order and self.form.order != listing.sorts_of(self.name)[0]:
            said["sort"] = self.form.order
        return said


@needs("referrals.read")
@require_POST
def look_for(request):
    """Keep what is looked for (nothing: show all again) and show the list."""
    request.session[SEARCH] = request.POST.get("looked_for", "").replace("\x00", "").strip()[:80]
    tab = request.POST.get("tab", "")
    return redirect(f"{reverse('referrals:list')}{f'?tab={tab}' if tab in listing.TABS else ''}")


@needs("referrals.triage")
@require_POST
def assign_ticked(request):
    """Assign the cases that are ticked, or the one whose own button was pressed, and show the list again as it was."""
    user = request.user
    only = request.POST.get("only", "")
    keys = [only] if only else request.POST.getlist("case")
    to, said = (listing.ME, "") if only else (request.POST.get("to", ""), "")
    back = redirect(address(QueryDict(request.POST.get("back", "")[:500]).dict()))
    colleague = _triager(user, to)
    if not keys:
        said = "Tick the cases that you want to assign, then choose who should decide them."
    elif len(keys) > MOST_TICKED:
        said = f"Assign at most {MOST_TICKED} cases at a time: those of one page."
    elif to != listing.NOBODY and colleague is None:
        said = "Choose who should decide the cases that you ticked. Nothing was changed."
    if said:
        messages.error(request, said)
        return back
    found = list(Referral.objects.visible_to(user, "referrals.triage").filter(pk__in=_keys(keys)))
    try:
        outcome = operations.assign_many(found, by=user, to=colleague)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return back
    _tell(request, outcome, "nobody" if colleague is None else "you" if colleague == user else str(colleague))
    if gone := len(set(keys)) - len(found):
        messages.error(request, f"{_in_words(gone)} that you ticked {'is' if gone == 1 else 'are'} not open to you.")
    return back


def _triager(user, to):
    if to == listing.ME:
        return user
    team = User.objects.with_role(Role.TRIAGER).filter(organisation=user.organisation_id)
    return next((colleague for colleague in team if str(colleague.pk) == to), None)


def _keys(texts):
    """Those of the texts that can be keys of cases."""
    return [text for text in texts if KEY.fullmatch(text)]


def _tell(request, outcome, who):
    """What came of it, in sentences: what is assigned, and by name what is not."""
    if outcome.done:
        which = outcome.done[0].reference if len(outcome.done) == 1 else _in_words(len(outcome.done))
        verb = "is" if len(outcome.done) == 1 else "are"
        messages.success(request, f"{which} {verb} assigned to {who}.")
    for _, why in outcome.refused:
        messages.error(request, why)


def _in_words(count):
    return "1 case" if count == 1 else f"{_up_to(count) or 'No'} cases"


def _up_to(count):
    return "1,000+" if count >= 1000 else count


def _line(case, now, told, assigning, user):
    """One row of the list: the case, where it has got to, and what happened last. Of a case that is hidden from this
    person the row says that it is restricted, and its reference."""
    if case.hidden:
        return {"case": case, "hidden": True}
    return {
        "case": case,
        "progress": words.progress(case),
        "clock": clock_until(case.decision_due_at, now) if case.decision_due_at else None,
        "told": told,
        "tick": assigning and case.may("referrals.triage"),
        "mine": case.assigned_to_id == user.pk,
        "own": case.referred_by_id == user.pk,
    }
