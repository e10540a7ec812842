"""What people thought of the workshop."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from workshops import operations
from workshops.forms.feedback import FeedbackForm
from workshops.views.bookings import booking_of


@needs("workshops.record")
def give_feedback(request, pk):
    booking, name = booking_of(request, pk)
    back_url = reverse("workshops:session", args=[booking.session_id])
    form = FeedbackForm(request.POST or None, back_url=back_url)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.record_feedback(booking, by=request.user, **form.given())
            messages.success(request, "Feedback saved. The session’s page shows it without a name.")
            return redirect(back_url)
    return render(
        request,
        "workshops/booking_feedback.html",
        {"form": form, "booking": booking, "name": name, "back_url": back_url},
        status=status_of(form),
    )
