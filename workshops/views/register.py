"""The register of a session."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from referrals.models import AttendanceOutcome
from workshops import lifecycle, operations, rules
from workshops.forms.register import RegisterForm
from workshops.lifecycle import HELD
from workshops.models import Booking, Session
from workshops.views.sessions import person


@needs("workshops.record")
def record_register(request, pk):
    """One screen for the whole group."""
    now, user = timezone.now(), request.user
    session = get_object_or_404(Session.objects.visible_to(user).with_details(), pk=pk)
    held = Booking.objects.visible_to(user).filter(session=session, status__in=HELD)
    bookings = list(held.with_people(user).by_name())
    named = [booking.case_id for booking in bookings if not booking.hidden]
    record(lifecycle.READ, by=user, ids=named, session=session.pk)
    form = RegisterForm(request.POST or None, bookings=bookings, describe=lambda booking: _describe(booking, user, now))
    if request.method == "POST" and form.is_valid():
        entries = form.entries()
        with refusals_shown_on(form):
            operations.record_register(session, by=user, entries=entries)
            people = f"{len(entries)} {'person' if len(entries) == 1 else 'people'}"
            messages.success(request, f"Register saved: {people} recorded." if entries else "Nothing was changed.")
            return redirect("workshops:session", pk)
    # Read again: somebody else may have recorded an outcome, and the next save is compared with what it shows.
    seen = Booking.objects.filter(pk__in=form.bookings).values_list("pk", "outcome_id")
    return render(
        request,
        "workshops/session_register.html",
        {
            "form": form,
            "session": session,
            "too_early": rules.too_early_for_an_outcome(session.starts_at, now),
            "seen": [(f"was_{booking}", outcome or "") for booking, outcome in seen],
            "outcomes": AttendanceOutcome.objects.valid_on(timezone.localdate(now)).exclude(hint=""),
        },
        status=status_of(form),
    )


def _describe(booking, user, now) -> str:
    shown = person(booking, user, now)
    return ". ".join([*([f"Age: {shown['age_band']}"] if shown["age_band"] else []), *shown["needs"]])
