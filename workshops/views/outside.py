"""What people without an account are shown: a link that is answered once, and the screen at the end of a session.

The secret in the address is the key, so these pages need no cookie and set none. They are kept nowhere and name nobody,
but for the screen, which lists first names for those who sat together.
"""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from audit.doors import refusals_shown_on, status_of
from referrals.outside import outside
from workshops import asked, operations
from workshops.forms.feedback import CommentForm, SayForm
from workshops.models import Who


def _page(request, name, context=None, status=200):
    return render(request, f"workshops/outside/{name}.html", context or {}, status=status)


@outside
def say(request, token):
    """The link of a participant, a parent or carer, or a victim."""
    link = asked.open_link(token, timezone.now())
    if link is None:
        return _page(request, "spent", status=404)
    of_workshop = link.who == Who.PARTICIPANT
    form = (SayForm if of_workshop else CommentForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            if of_workshop:
                operations.answer_link(token, **form.given())
            else:
                operations.leave_comment(token, **form.cleaned_data)
            return redirect("workshops:thank_you")
    name = "statements" if of_workshop else "comment"
    return _page(request, name, {"form": form, "who": link.who}, status_of(form))


@outside
def thank_you(request):
    return _page(request, "thank_you")


@outside
def screen(request, token):
    """The first names of those who can still answer."""
    now = timezone.now()
    screen = asked.open_screen(token, now)
    if screen is None:
        return _page(request, "closed", status=404)
    if request.method == "POST":
        operations.close_screen(screen.session)
        return redirect("workshops:screen", token)
    context = {
        "screen": screen,
        "token": token,
        "people": asked.people_on(screen, now),
        "thanks": "thanks" in request.GET,
    }
    return _page(request, "screen", context)


@outside
def screen_answer(request, token, booking_pk):
    """One of them answers; then the names are shown again."""
    now = timezone.now()
    screen = asked.open_screen(token, now)
    if screen is None:
        return _page(request, "closed", status=404)
    booking = next((each for each in asked.people_on(screen, now) if each.pk == booking_pk), None)
    if booking is None:
        return redirect("workshops:screen", token)
    names = reverse("workshops:screen", args=[token])
    form = SayForm(request.POST if request.method == "POST" else None, back_url=names)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.answer_on_screen(token, booking.pk, **form.given())
            return redirect(f"{names}?thanks")
    context = {"form": form, "label": booking.label, "names": names}
    return _page(request, "statements", context, status_of(form))
