"""Booking a person, giving a place, cancelling a booking."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal, record
from referrals.models import Referral
from referrals.opening import reason_for
from referrals.querysets import hidden_from
from referrals.words import shown_name
from workshops import facts, lifecycle, operations, rules
from workshops.forms.bookings import ChoosePersonForm, ChooseSessionForm, ConfirmForm, ConfirmPersonForm, ReferenceForm
from workshops.lifecycle import BookingStatus
from workshops.models import Booking, Session

OFFERED = 50  # people or sessions to choose among on one page


@needs("workshops.book")
def book_person(request, pk):
    """Book somebody on this session."""
    session = get_object_or_404(Session.objects.visible_to(request.user).with_details().with_numbers(), pk=pk)
    visible = Referral.objects.visible_to(request.user)
    ready = facts.ready_for(session, visible, timezone.now()).with_people().select_related("participant__district")
    rows = list(ready[:OFFERED])
    record(lifecycle.LISTED, by=request.user, ids=[case.pk for case in rows])
    form = ChoosePersonForm(
        request.POST or None,
        visible=visible,
        rows=rows,
        label=lambda case: f"{case.participant.name}, {case.reference}",
        hint=lambda case: _joined(
            rules.age_band(case.participant.date_of_birth, session.day),
            str(case.participant.district or case.district),
            f"accepted {timezone.localtime(case.decided_at):%-d %B %Y}",
            *(rules.unmet_needs(case.participant, session) or [case.participant.needs]),
        ),
        unmet=lambda case: rules.unmet_needs(case.participant, session),
        back_url=reverse("workshops:session", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            case = form.cleaned_data["case"]
            if why := reason_for(request, case):
                record(lifecycle.LISTED, by=request.user, case=case, ids=[case.pk], **why)
            booking = operations.book(case, session, by=request.user, arrangements=form.cleaned_data["arrangements"])
            _tell(request, booking, booking.case.participant.name)  # whoever books them here may open their case
            return redirect("workshops:session", pk)
    left_out = ""
    if len(rows) == OFFERED:
        left_out = f"The {OFFERED} who have waited longest, of {ready.count()}. Book anybody else from their case."
    return render(
        request,
        "workshops/booking_person.html",
        {"form": form, "session": session, "rows": rows, "left_out": left_out},
        status=status_of(form),
    )


@needs("workshops.book_by_reference")
def book_by_reference(request, pk):
    """Book somebody on one's own session without sight of cases: the exact reference finds a first name and an age."""
    user, now, back_url = request.user, timezone.now(), reverse("workshops:session", args=[pk])
    session = get_object_or_404(Session.objects.visible_to(user).with_details().with_numbers(), pk=pk)
    form, found, unmet = ReferenceForm(request.POST or None, back_url=back_url), None, []
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        found = facts.by_reference(reference, session, user, now)
        if found is None:
            form.add_error(
                "reference",
                f"{reference} cannot be booked on this session. Check the reference, or ask the triage team.",
            )
        else:
            record(lifecycle.LISTED, by=user, case=found, ids=[found.pk], **reason_for(request, found))
            unmet, name = rules.unmet_needs(found.participant, session), found.participant.given_names
            sent = request.POST if "confirmed" in request.POST else None
            form = ConfirmPersonForm(sent, reference=reference, unmet=unmet, back_url=request.path)
            if sent and form.is_valid():
                with refusals_shown_on(form):
                    arrangements = form.cleaned_data["arrangements"]
                    booking = operations.book(found, session, by=user, arrangements=arrangements)
                    _tell(request, booking, name)
                    return redirect(back_url)
    context = {"form": form, "session": session, "found": found, "unmet": unmet}
    context["age_band"] = rules.age_band(found.participant.date_of_birth, session.day) if found else ""
    return render(request, "workshops/booking_reference.html", context, status=status_of(form))


@needs("workshops.book")
def book_case(request, pk):
    """Book this case on a session: those with a place first, near first, soon first."""
    user, now = request.user, timezone.now()
    case = get_object_or_404(
        Referral.objects.visible_to(user).with_people().select_related("participant__district"), pk=pk
    )
    record(lifecycle.LISTED, by=user, case=case, ids=[case.pk], **reason_for(request, case))
    visible = Session.objects.visible_to(user)
    rows = facts.suitable(case, visible, now, OFFERED)
    near = facts.home_district(case)
    form = ChooseSessionForm(
        request.POST or None,
        visible=visible,
        rows=rows,
        label=lambda session: f"{session.when}, {session.place}",
        hint=lambda session: _joined(
            rules.why_offered(session.places_left > 0, session.district_id == near, bool(session.joining_link)),
            str(session.programme),
            str(session.district) if session.district else "",
            _places(session),
            *rules.unmet_needs(case.participant, session),
        ),
        unmet=lambda session: rules.unmet_needs(case.participant, session),
        back_url=reverse("referrals:detail", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            booking = operations.book(
                case, form.cleaned_data["session"], by=user, arrangements=form.cleaned_data["arrangements"]
            )
            _tell(request, booking, booking.case.participant.name)
            return redirect("referrals:detail", pk)
    return render(
        request,
        "workshops/booking_case.html",
        {
            "form": form,
            "case": case,
            "rows": rows,
            "obstacle": facts.obstacle(case, now),
            "schedule_url": reverse("workshops:schedule_session") if user.may("workshops.schedule") else "",
            "age_band": rules.age_band(case.participant.date_of_birth, timezone.localdate(now)),
        },
        status=status_of(form),
    )


def _places(session) -> str:
    if session.places_left:
        return f"{session.places_left} of {session.capacity} places left"
    return f"Full: joins the waiting list as number {session.waiting + 1}"


def _joined(*parts) -> str:
    return " · ".join(part.rstrip(".") for part in parts if part)


def _tell(request, booking, name):
    """What became of a booking: a place, or a position on the waiting list."""
    session = booking.session
    if booking.status == BookingStatus.BOOKED:
        messages.success(request, f"{name} is booked on {session.programme}, {session.when}.")
    else:
        position = session.bookings.waiting().count()
        messages.warning(
            request,
            f"All {session.capacity} places are taken. {name} is number {position} on the waiting list for "
            f"{session.programme}, {session.when}, and gets a place as soon as one is free.",
        )


def booking_of(request, pk) -> tuple[Booking, str]:
    """A booking and whose it is. Where its case is restricted and this person named on it, the reason is asked first;
    where they are not, the booking is known by its reference, and all that is done to a booking can be done."""
    booking = get_object_or_404(
        Booking.objects.visible_to(request.user)
        .annotate(hidden=hidden_from(request.user))
        .select_related("session__programme", "case__participant", "outcome"),
        pk=pk,
    )
    why = {} if booking.hidden else reason_for(request, booking.case)
    if request.method != "POST":
        record(lifecycle.READ, by=request.user, case=booking.case, ids=[booking.pk], **why)
    return booking, shown_name(booking.case, booking.hidden)


@needs("workshops.keep_list")
def cancel_booking(request, pk):
    booking, name = booking_of(request, pk)
    back_url = reverse("workshops:session", args=[booking.session_id])
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, text="Cancel this booking", keep_url=back_url
    )
    if form.is_valid():
        with refusals_shown_on(form):
            moved_up = operations.cancel_booking(booking, by=request.user)
            then = " The first person on the waiting list now has the place." if moved_up else ""
            messages.success(request, f"{name}’s booking is cancelled.{then}")
            return redirect(back_url)
    return render(
        request,
        "workshops/booking_cancel.html",
        {"form": form, "booking": booking, "name": name, "back_url": back_url},
        status=status_of(form),
    )


@needs("workshops.keep_list")
@require_POST
def promote_booking(request, pk):
    booking, name = booking_of(request, pk)
    try:
        operations.give_place(booking, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{name} now has a place.")
    return redirect("workshops:session", booking.session_id)
