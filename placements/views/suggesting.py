"""The page on which anybody suggests work, without an account."""

import logging

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from redis.exceptions import RedisError

from audit.doors import refusals_shown_on, status_of
from placements import operations, suggestions
from placements.forms.nominations import SuggestionForm, serving_forces
from referrals.outside import outside

logger = logging.getLogger(__name__)

TOO_OLD = "This page was open for more than a day. Check what you wrote, and send it again."
AWAY = "Your suggestion cannot be taken at the moment. Try again in a few minutes: what you wrote is still here."
ENOUGH = "Several suggestions came from your network today. More can be sent tomorrow: what you wrote is still here."


@outside
def suggest(request):
    """Asks for a suggestion, and keeps it. Whoever is taken for a robot sees what everybody sees."""
    now = timezone.now()
    if not serving_forces().exists():
        return render(request, "placements/outside/nobody.html", status=404)
    if request.method != "POST":
        return _page(request, SuggestionForm(began=suggestions.began(now)))
    try:
        return _answer(request, now)
    except RedisError as error:  # without it nobody tells robots from people
        logger.warning("a suggestion of work was not taken: %s", type(error).__name__)
        form = SuggestionForm(request.POST, began=request.POST.get("began", ""))
        form.add_error(None, AWAY)
        return _page(request, form, status=503)


def _answer(request, now):
    if not suggestions.Tries().allow_request(request, None):
        return render(request, "outside/too_many.html", status=429)
    try:
        return _take(request, now)
    except suggestions.Robot as robot:
        suggestions.count(robot.reason, timezone.localdate(now))
        return redirect("placements:suggested")


def _take(request, now):
    form = SuggestionForm(request.POST, began=request.POST.get("began", ""))
    try:
        word = suggestions.look_at(request.POST, now)
    except suggestions.TooOld:
        form = SuggestionForm(request.POST, began=suggestions.began_long_enough_ago(now))
        form.add_error(None, TOO_OLD)
        return _page(request, form)
    except suggestions.Robot as robot:
        if robot.reason != "fast" or form.is_valid():
            raise
    if not form.is_valid():  # said first, so that nobody is thanked for a page that they sent empty
        return _page(request, form)
    with refusals_shown_on(form), suggestions.used(word):
        if not suggestions.Kept().allow_request(request, None):
            raise operations.TooManyToday(ENOUGH)
        operations.suggest(**form.given())
        return redirect("placements:suggested")
    return _page(request, form)


def _page(request, form, status=None):
    context = {
        "form": form,
        "contact_days": settings.SCHEME["NOMINATION_CONTACT_DAYS"],
        "undecided_days": settings.SCHEME["NOMINATION_UNDECIDED_DAYS"],
    }
    return render(request, "placements/outside/suggest.html", context, status=status or status_of(form))


@outside
def thank_you(request):
    return render(request, "placements/outside/suggested.html")
