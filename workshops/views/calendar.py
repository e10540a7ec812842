"""The calendar: an agenda, a week, a month; and the private address at which a calendar of one’s own reads it."""

import calendar
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from accounts.models import User
from workshops import facts, operations
from workshops.forms.calendar import CalendarFilter
from workshops.models import Session
from workshops.tags import session_tag

AGENDA_DAYS = 28
YEAR = timedelta(days=366)
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)  # what a calendar can be asked for
TABS = (("calendar", "Agenda"), ("calendar_week", "Week"), ("calendar_month", "Month"))


@needs("workshops.read")
def agenda(request):
    """The workshops of four weeks, day by day."""
    first = _day(request)
    shown = _shown(request, "calendar", first, first + timedelta(days=AGENDA_DAYS))
    shown["days"] = [each for each in shown["days"] if each["sessions"] or each["today"]]
    last = first + timedelta(days=AGENDA_DAYS - 1)
    step = timedelta(days=AGENDA_DAYS)
    turns = [("Earlier", first - step), ("Later", first + step)]
    return _page(request, "agenda", shown, f"{first:%-d %B %Y} to {last:%-d %B %Y}", turns)


@needs("workshops.read")
def week(request):
    """The workshops of a week, from Monday."""
    day = _day(request)
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    shown = _shown(request, "calendar_week", first, first + timedelta(days=7))
    turns = [("Week before", first - timedelta(days=7)), ("Week after", first + timedelta(days=7))]
    return _page(request, "week", shown, f"{first:%-d %B %Y} to {last:%-d %B %Y}", turns)


@needs("workshops.read")
def month(request):
    """The workshops of a month, in a table of weeks."""
    first = _day(request).replace(day=1)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    shown = _shown(request, "calendar_month", weeks[0][0], weeks[-1][-1] + timedelta(days=1))
    days = {each["day"]: each for each in shown["days"]}
    for each in shown["days"]:
        each["of_month"] = each["day"].month == first.month
    shown["weeks"] = [[days[day] for day in row] for row in weeks]
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    turns = [(f"{day:%B %Y}", day.replace(day=1)) for day in (before, after)]
    return _page(request, "month", shown, f"{first:%B %Y}", turns)


def _day(request) -> date:
    """The day that is asked for; today, where that is no day of a calendar."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate()
    return asked if FIRST <= asked < LAST else timezone.localdate()


def _shown(request, current, first, end) -> dict:
    """The days from `first` until before `end`, each with its sessions, as far as this person may see them."""
    now, today = timezone.now(), timezone.localdate()
    visible = Session.objects.visible_to(request.user)
    begins, ends = (timezone.make_aware(datetime.combine(day, datetime.min.time())) for day in (first, end))
    recent = visible.filter(starts_at__gte=begins - YEAR, starts_at__lt=ends + YEAR)
    filters = CalendarFilter(
        request.GET or None, facilitators=User.objects.filter(pk__in=recent.values("facilitator")), day=_day(request)
    )
    rows = visible.filter(starts_at__gte=begins, starts_at__lt=ends)
    chosen = dict(filters.chosen)
    if person := chosen.pop("facilitator", None):
        rows = rows.run_by(person)
    days = [{"day": first + timedelta(days=number), "sessions": []} for number in range((end - first).days)]
    for each in days:
        each["today"] = each["day"] == today
    for session in rows.filter(**chosen).with_details().with_numbers().order_by("starts_at", "id"):
        session.tag = session_tag(session, now)
        days[(session.day - first).days]["sessions"].append(session)
    return {
        "days": days,
        "filter_form": filters,
        "tabs": [
            {"text": text, "href": _address(request, name, _day(request)), "current": name == current}
            for name, text in TABS
        ],
        "current": current,
    }


def _page(request, kind, shown, title, turns):
    shown["turns"] = [(text, _address(request, shown["current"], day)) for text, day in turns]
    shown["to_today"] = _address(request, shown["current"], timezone.localdate())
    shown["agenda"] = _address(request, "calendar", None)
    shown |= {"title": title, "may_schedule": request.user.may("workshops.schedule")}
    return render(request, f"workshops/calendar_{kind}.html", shown)


def _address(request, name, day) -> str:
    """A page of the calendar from this day on, with the filters that are on; without a day it ends where one goes."""
    query = request.GET.copy()
    query.pop("day", None)
    kept = f"{query.urlencode()}&" if query else ""
    return f"{reverse(f'workshops:{name}')}?{kept}day={f'{day}' if day else ''}"


# --- a calendar of one's own ----------------------------------------------------------------------------------------


@needs("workshops.read")
def own_calendar(request):
    """Make, renew or revoke the private address. It is shown once, in the answer that makes it."""
    address = ""
    if request.method == "POST" and request.POST.get("do") == "revoke":
        operations.revoke_feed(by=request.user)
        messages.success(request, "The address is revoked. A calendar that still reads it gets nothing.")
        return redirect("workshops:own_calendar")
    if request.method == "POST" and request.POST.get("do") == "make":
        token = operations.make_feed(by=request.user)
        address = request.build_absolute_uri(reverse("workshops:feed", args=[token]))
    return render(request, "workshops/own_calendar.html", {"feed": facts.feed_of(request.user), "address": address})
