"""What a calendar reads at somebody’s private address, as RFC 5545 has it."""

from datetime import timedelta
from hashlib import sha256

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from icalendar import Calendar, Event
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.views import APIView

from accounts.roles import PUBLIC
from workshops import operations
from workshops.lifecycle import SessionStatus
from workshops.models import Session

BACK = timedelta(days=30)


class _AsItIs(BaseContentNegotiation):
    """A calendar gets a calendar, whatever it says that it takes."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class FeedView(APIView):
    """Nobody signs in here: the secret in the address is the key."""

    permission = PUBLIC
    authentication_classes = []
    content_negotiation_class = _AsItIs
    throttle_scope = "calendar"

    @extend_schema(exclude=True)
    def get(self, request, token):
        feed = operations.open_feed(token)
        if feed is None:
            raise Http404
        body = calendar_of(feed.user, timezone.now(), request.build_absolute_uri)
        etag = f'"{sha256(body).hexdigest()}"'
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="workshops.ics"'
        response["ETag"] = etag
        response = get_conditional_response(request, etag=etag, response=response)
        response["Cache-Control"] = "private, no-store"
        return response


def calendar_of(user, now, absolute) -> bytes:
    """The workshops that this person may see, of the last 30 days and all to come; nothing about who is booked."""
    shown = Calendar()
    shown.add("prodid", "-//Immediate Justice//Workshops//EN")
    shown.add("version", "2.0")
    shown.add("method", "PUBLISH")
    shown.add("x-wr-calname", "Workshops")
    shown.add("x-published-ttl", "PT1H")
    sessions = Session.objects.visible_to(user).filter(ends_at__gte=now - BACK)
    for session in sessions.select_related("programme", "facilitator").order_by("starts_at", "id"):
        shown.add_component(_event(session, absolute))
    return shown.to_ical()


def _event(session, absolute) -> Event:
    cancelled = session.status == SessionStatus.CANCELLED
    title = f"{session.programme}, {session.get_audience_display().lower()}"
    address = absolute(reverse("workshops:session", args=[session.pk]))
    about = [
        "Cancelled." if cancelled else f"{session.places_taken} of {session.capacity} places taken.",
        f"Facilitator: {session.facilitator}.",
        session.joining_link,
        session.access_notes,
        address,
    ]
    event = Event()
    event.add("uid", f"{session.pk}@immediate-justice")
    event.add("sequence", session.version)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", f"Cancelled: {title}" if cancelled else title)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("location", session.place)
    event.add("description", "\n".join(filter(None, about)))
    event.add("url", address)
    return event
