"""A session or a series is scheduled; a session is changed, moved, cancelled."""

from datetime import date

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from referrals.operations import Stale
from referrals.querysets import hidden_from
from referrals.words import shown_name
from workshops import facts, operations, series
from workshops.forms.cancelling import CancelSessionForm
from workshops.forms.series import DatesForm, SeriesForm
from workshops.forms.sessions import EditForm, MoveForm, ScheduleForm
from workshops.lifecycle import BookingStatus
from workshops.models import Booking, Session

NAMED = 10  # people in a message


@needs("workshops.schedule")
def schedule_session(request):
    form = ScheduleForm(request.POST or None, by=request.user)
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            made = operations.schedule(by=request.user, **form.asked)
            kept.discard(request.user, request.path)
            messages.success(request, f"{made.programme} is scheduled for {made.when}.")
            return _back_to(request, made.pk)
    return render(request, "workshops/session_form.html", {"form": form}, status=status_of(form))


def _back_to(request, pk):
    """The page of the session; the list, for a facilitator who gave it to a colleague."""
    seen = Session.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("workshops:session", pk) if seen else redirect("workshops:list")


# --- a series -------------------------------------------------------------------------------------------------------


@needs("workshops.schedule")
def schedule_series(request):
    """Asks what is wanted, then shows every date that comes of it, and makes those that stay ticked."""
    step = request.POST.get("step")
    form = SeriesForm(request.POST if step else None, by=request.user)
    kept.offer(request, form)
    if step in ("dates", "make") and form.is_valid() and (found := _dates(form)):
        return _choose_dates(request, form, found, step)
    return render(request, "workshops/series_form.html", {"form": form}, status=status_of(form))


def _dates(form):
    """The dates of the series, or None, with an error on the form."""
    given = form.cleaned_data
    closed, _known = facts.school_holidays()
    days = series.days_of(
        set(given["weekdays"]),
        given["first"],
        last=given["last"],
        number=given["number"],
        closed=closed if given["school_holidays_out"] else [],
    )
    if days.problem:
        form.add_error("how_long" if days.wanted else "weekdays", days.problem)
    return None if days.problem else days


def _choose_dates(request, form, found, step):
    given = form.cleaned_data
    spans = series.spans_of(found.wanted, given["starts"], given["ends"])
    clashes: dict[date, list[str]] = {}
    for clash in facts.clashes([given["facilitator"], *given["co_facilitators"]], spans):
        clashes.setdefault(timezone.localdate(clash.starts_at), []).append(clash.sentence)
    free = [day for day in found.wanted if day not in clashes]
    dates = DatesForm(request.POST if step == "make" else None, initial={"days": [f"{day}" for day in free]})
    dates.offer(found.wanted, clashes, request.POST)
    if step == "make" and dates.is_valid():
        with refusals_shown_on(dates):
            chosen = [date.fromisoformat(day) for day in dates.cleaned_data["days"]]
            made = operations.schedule_series(
                by=request.user, spans=series.spans_of(chosen, given["starts"], given["ends"]), **form.asked
            )
            kept.discard(request.user, request.path)
            messages.success(request, _made(made))
            return redirect("workshops:list")
    _closed, known = facts.school_holidays()
    return render(
        request,
        "workshops/series_dates.html",
        {
            "form": dates,
            "given": given,
            "place": given["place"] or "Online",
            "wanted": found.wanted,
            "clashing": len(clashes),
            "left_out": found.left_out,
            "unknown": _unknown(known, found.wanted[-1]) if given["school_holidays_out"] else "",
        },
        status=status_of(dates),
    )


def _unknown(known, last) -> str:
    if known and last <= known:
        return ""
    since = f" after {known:%-d %B %Y}" if known else ""
    return f"The school holidays{since} are not known here yet. Check the later dates yourself."


def _made(sessions) -> str:
    if len(sessions) == 1:
        return f"{sessions[0].programme} is scheduled for {sessions[0].when}."
    return f"{len(sessions)} sessions are scheduled, from {sessions[0].day:%-d %B %Y} to {sessions[-1].day:%-d %B %Y}."


# --- a session that is there ----------------------------------------------------------------------------------------


def _shown(request, pk):
    return get_object_or_404(Session.objects.visible_to(request.user).with_details().with_numbers(), pk=pk)


@needs("workshops.schedule")
def edit_session(request, pk):
    """Change what a session says; where somebody else changed it meanwhile, theirs is shown beside what was typed."""
    shown = _shown(request, pk)

    def save(form, version):
        moved_up = operations.edit_session(shown, by=request.user, version=version, **form.cleaned_data)
        more = f" {_people(len(moved_up))} moved up from the waiting list." if moved_up else ""
        messages.success(request, f"The session is changed.{more}")

    return _change(request, shown, EditForm, save, "Change the session", "workshops/session_edit.html")


@needs("workshops.schedule")
def move_session(request, pk):
    """Give a session another time or place."""
    shown = _shown(request, pk)

    def save(form, version):
        lost = operations.move_session(shown, by=request.user, version=version, **form.asked)
        moved = Session.objects.visible_to(request.user).get(pk=pk)
        messages.success(request, f"The session is now on {moved.when}, {moved.place}.")
        if lost:
            messages.warning(
                request,
                f"{_people(len(lost))} cannot go along, because of their age on the new day, and must be booked again: "
                f"{_names(request.user, lost)}.",
            )

    return _change(request, shown, MoveForm, save, "Move the session", "workshops/session_edit.html")


def _change(request, shown, form_class, save, title, template):
    version, back_url = _version(request, shown), reverse("workshops:session", args=[shown.pk])
    posted, theirs = request.POST if request.method == "POST" else None, False
    form = form_class(posted, session=shown, version=version, back_url=back_url)
    kept.offer(request, form)
    if posted is not None and form.is_valid():
        with refusals_shown_on(form):
            try:
                save(form, version)
            except Stale as stale:
                shown, version = _shown(request, shown.pk), stale.details[0]["version"]
                form = form_class(posted, session=shown, version=version, back_url=back_url)
                form.is_valid()
                theirs = True
                with refusals_shown_on(form):
                    raise
            else:
                kept.discard(request.user, request.path)
                return _back_to(request, shown.pk)
    booked = shown.places_taken + shown.waiting
    context = {"form": form, "session": shown, "title": title, "theirs": theirs, "booked": booked}
    context |= {"moving": form_class is MoveForm, "helpers": shown.co_facilitators.all()}
    return render(request, template, context, status=status_of(form))


def _version(request, session) -> int:
    """The version at which the form was opened."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else session.version


@needs("workshops.schedule")
def cancel_session(request, pk):
    """Cancel a session, or the rest of a series, or record that one did not take place; say where everybody goes."""
    shown, now = _shown(request, pk), timezone.now()
    over = shown.ends_at <= now
    rest = {"sessions": 0, "people": 0}
    if shown.series:
        later = Session.objects.visible_to(request.user).later_in_series(shown)
        on = Q(bookings__status__in=[BookingStatus.BOOKED, BookingStatus.WAITLISTED])
        rest = later.aggregate(sessions=Count("pk", distinct=True), people=Count("bookings", filter=on))
    form = CancelSessionForm(
        request.POST or None,
        session=shown,
        people=shown.unrecorded + shown.waiting + rest["people"],
        later=rest["sessions"],
        sessions=facts.instead_of(shown, Session.objects, now),
        over=over,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            done = operations.cancel_session(shown, by=request.user, version=_version(request, shown), **form.asked)
            _say(request, done, form.asked["to"], over)
            return redirect("workshops:session", pk)
    context = {"form": form, "session": shown, "over": over, "rest": rest, "helpers": shown.co_facilitators.all()}
    return render(request, "workshops/session_cancel.html", context, status=status_of(form))


def _say(request, done, to, over) -> None:
    """What became of a session and of everybody on it."""
    if done.sessions > 1:
        said = [f"{done.sessions} sessions are cancelled."]
    else:
        said = ["It is recorded that the session did not take place." if over else "The session is cancelled."]
    if done.placed:
        said.append(f"{_people(len(done.placed))} now {_have(done.placed)} a place on {to.programme}, {to.when}.")
    if done.waiting:
        said.append(f"{_people(len(done.waiting))} wait{'s' if len(done.waiting) == 1 else ''} for a place there.")
    messages.success(request, " ".join(said))
    if done.to_book:
        bookings = [booking for booking, _ in done.to_book]
        messages.warning(
            request,
            f"{_people(len(bookings))} {_have(bookings)} no booking any more: {_names(request.user, bookings)}. "
            f"Look in “People to book”.",
        )


def _people(number: int) -> str:
    return f"{number} {'person' if number == 1 else 'people'}"


def _have(people) -> str:
    return "has" if len(people) == 1 else "have"


def _names(user, bookings) -> str:
    rows = (
        Booking.objects.visible_to(user)
        .filter(pk__in=[booking.pk for booking in bookings])
        .select_related("case__participant")
        .annotate(hidden=hidden_from(user))
        .by_name()
    )
    names = [shown_name(row.case, row.hidden) for row in rows[:NAMED]]
    if more := len(bookings) - len(names):
        names.append(f"{more} more")
    return ", ".join(names)
