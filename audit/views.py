"""Pages of the trail, for auditors. Reading the trail is itself recorded."""

from datetime import datetime, time, timedelta

from django.apps import apps
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import needs
from accounts.models import User
from audit import lifecycle, seals
from audit.database import CASES
from audit.forms import EventFilter, UnattributedFilter
from audit.models import Change, Event
from audit.trail import record, sentence

PAGE = 50
MOST_CHANGES = 200  # shown of one event
UNATTRIBUTED_DAYS = 7  # how far back the list looks unless it is told


def listed(request):
    """The filters that are asked for, and the events that answer, among those that this person may read."""
    form = EventFilter(request.GET or None)
    events, asked = Event.objects.visible_to(request.user), {}
    if form.is_bound:
        asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        events = _filtered(events, asked) if form.is_valid() else events.none()
    return form, asked, events


@needs("audit.read")
def list_events(request):
    form, asked, events = listed(request)
    page, previous, following = _page(events, request.GET)
    record(lifecycle.LISTED, by=request.user, filters=asked)
    references = _references(page)
    return render(
        request,
        "audit/event_list.html",
        {
            "form": form,
            "rows": [{"event": event, "what": sentence(event), "case": references.get(event.case)} for event in page],
            "previous": previous,
            "next": following,
            "tab": "events",
        },
    )


@needs("audit.read")
def show_event(request, pk):
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    record(lifecycle.READ, by=request.user, ids=[event.pk])
    changes = list(Change.objects.of_event(event).visible_to(request.user)[: MOST_CHANGES + 1])
    return render(
        request,
        "audit/event_detail.html",
        {
            "event": event,
            "what": sentence(event),
            "case": _references([event]).get(event.case),
            "changes": [{"change": change, "columns": _columns(change)} for change in changes[:MOST_CHANGES]],
            "most": MOST_CHANGES if len(changes) > MOST_CHANGES else 0,
            "others": Event.objects.visible_to(request.user).filter(txid=event.txid).exclude(pk=pk).order_by("id"),
        },
    )


@needs("audit.read")
def list_unattributed(request):
    form = UnattributedFilter(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    since = asked.get("since") or timezone.localdate() - timedelta(days=UNATTRIBUTED_DAYS)
    changes = _between(Change.objects.without_event(request.user), since, asked.get("until")).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal():
        changes = changes.filter(pk__lt=int(before[:18]))
    found = list(changes[: PAGE + 1])
    record(lifecycle.READ_UNATTRIBUTED, by=request.user, since=since, until=asked.get("until"))
    references = _references(found)
    return render(
        request,
        "audit/unattributed_list.html",
        {
            "form": form,
            "since": since,
            "until": asked.get("until"),
            "rows": [
                # Outside any case nothing says whose row it was: the columns are named, their content is not shown.
                {"change": change, "columns": _columns(change), "case": references.get(change.case)}
                for change in found[:PAGE]
            ],
            "next": _address(request.GET, before=found[PAGE - 1].pk) if len(found) > PAGE else "",
            "tab": "unattributed",
        },
    )


@needs("audit.read")
def show_seals(request):
    return render(request, "audit/seals.html", {"seals": seals.state(), "tab": "seals"})


def _filtered(events, asked):
    if "person" in asked:
        named = User.objects.filter(Q(full_name__icontains=asked["person"]) | Q(email=asked["person"].lower()))
        events = events.filter(actor__in=list(named.values_list("pk", flat=True)))
    if "case" in asked:
        cases = apps.get_model(CASES).objects.filter(reference=asked["case"].strip().upper())
        events = events.filter(case__in=list(cases.values_list("pk", flat=True)))
    if "act" in asked:
        events = events.filter(act=asked["act"])
    if "kind" in asked:
        events = events.filter(kind=asked["kind"])
    return _between(events, asked.get("since"), asked.get("until"))


def _between(entries, since, until):
    """Those from the first day to the last, both included, by the clock on the wall."""
    if since:
        entries = entries.filter(at__gte=timezone.make_aware(datetime.combine(since, time())))
    if until:
        entries = entries.filter(at__lt=timezone.make_aware(datetime.combine(until + timedelta(days=1), time())))
    return entries


def _page(events, asked):
    """One page of a list, newest first, and the addresses of the pages before and after it."""
    older, newer = _position(asked, "before"), _position(asked, "after")
    if newer:
        found = list(events.after(*newer).order_by("at", "id")[: PAGE + 1])
        page, more_before, more_after = found[:PAGE][::-1], len(found) > PAGE, True
    else:
        found = list((events.before(*older) if older else events).order_by("-at", "-id")[: PAGE + 1])
        page, more_before, more_after = found[:PAGE], older is not None, len(found) > PAGE
    previous = _address(asked, after=page[0].pk) if page and more_before else ""
    following = _address(asked, before=page[-1].pk) if page and more_after else ""
    return page, previous, following


def _position(asked, name):
    value = asked.get(name, "")
    return Event.objects.filter(pk=int(value[:18])).values_list("at", "pk").first() if value.isdecimal() else None


def _address(asked, **position):
    parameters = asked.copy()
    for name in ("before", "after"):
        parameters.pop(name, None)
    for name, value in position.items():
        parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


def _references(entries):
    """Key → reference of the cases that these events or changes belong to."""
    keys = {entry.case for entry in entries if entry.case}
    return dict(apps.get_model(CASES).objects.filter(pk__in=keys).values_list("pk", "reference")) if keys else {}


def _columns(change):
    """What a change did, column by column: name, old value, new value."""
    old, new = change.old or {}, change.new or {}
    return [(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]
