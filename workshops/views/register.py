"""The register of a session."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from referrals.models import AttendanceOutcome
from workshops import lifecycle, operations, rules
from workshops.forms.register import HappenedForm, RegisterForm
from workshops.lifecycle import HELD, BookingStatus, SessionStatus
from workshops.models import Booking, Session
from workshops.views.sessions import person


@needs("workshops.record")
def record_register(request, pk):
    """Whether the session happened, until something is recorded of it; then one screen for the whole group."""
    now, user = timezone.now(), request.user
    session = get_object_or_404(Session.objects.visible_to(user).with_details(), pk=pk)
    too_early = rules.too_early_for_an_outcome(session.starts_at, now)
    held = Booking.objects.visible_to(user).filter(session=session, status__in=HELD)
    bookings = list(held.with_people(user).by_name())
    unrecorded = all(booking.status == BookingStatus.BOOKED for booking in bookings)
    if "asked" in request.POST or (
        request.method == "GET"
        and request.GET.get("happened") != "yes"
        and session.status == SessionStatus.PLANNED
        and bookings
        and unrecorded
        and not too_early
    ):
        return _happened(request, session)
    named = [booking.case_id for booking in bookings if not booking.hidden]
    record(lifecycle.READ, by=user, ids=named, session=session.pk)
    days_late = rules.days_overdue(session.starts_at, now) if rules.is_backdated(session.starts_at, now) else 0
    form = RegisterForm(
        request.POST or None,
        bookings=bookings,
        describe=lambda booking: _describe(booking, user, now),
        days_late=days_late if any(booking.status == BookingStatus.BOOKED for booking in bookings) else 0,
    )
    if request.method == "POST" and form.is_valid():
        lines = [operations.Line(*line) for line in form.lines()]
        with refusals_shown_on(form):
            late_because = form.cleaned_data["late_because"]
            operations.record_register(session, by=user, lines=lines, late_because=late_because)
            people = f"{len(lines)} {'person' if len(lines) == 1 else 'people'}"
            messages.success(request, f"Register saved: {people} recorded." if lines else "Nothing was changed.")
            return redirect("workshops:session", pk)
    # Read again: somebody else may have recorded an outcome, and the next save is compared with what it shows.
    for booking in Booking.objects.filter(pk__in=form.bookings):
        shown = form.bookings[str(booking.pk)]
        shown.outcome_id, shown.minutes_late = booking.outcome_id, booking.minutes_late
    return render(
        request,
        "workshops/session_register.html",
        {
            "form": form,
            "session": session,
            "too_early": too_early,
            "seen": [(f"was_{name}", value) for name, value in form.recorded().items()],
            "outcomes": AttendanceOutcome.objects.valid_on(timezone.localdate(now)).exclude(hint=""),
        },
        status=status_of(form),
    )


def _happened(request, session):
    form = HappenedForm(request.POST or None)
    if form.is_valid():
        if form.cleaned_data["happened"] == "no":
            return redirect("workshops:cancel_session", session.pk)
        return redirect(f"{reverse('workshops:record_register', args=[session.pk])}?happened=yes")
    context = {"form": form, "session": session}
    return render(request, "workshops/session_happened.html", context, status=status_of(form))


def _describe(booking, user, now) -> str:
    shown = person(booking, user, now)
    return ". ".join([*([f"Age: {shown['age_band']}"] if shown["age_band"] else []), *shown["needs"]])
