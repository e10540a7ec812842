"""Whether the people of a session know of it: what its page says beside each of them."""

from django.urls import reverse
from django.utils import timezone

from referrals.models import Message
from workshops.lifecycle import BookingStatus
from workshops.operations.telling import ABOUT


def told(bookings, user, now) -> dict:
    """For each booking with a place what is said of the latest message about it: {its key: {words, tag, address}}.
    `address`: the messages of the case, for those who may open them. One query, however many people there are."""
    ahead = [each for each in bookings if each.status == BookingStatus.BOOKED and not each.hidden]
    if not ahead:
        return {}
    latest: dict[str, Message] = {}
    written = Message.objects.filter(case__in=[each.case_id for each in ahead], about__startswith=f"{ABOUT}:")
    for message in written.filter(not_sent_because="").order_by("made_at"):
        latest[message.about.split(":")[1]] = message
    may_open = user.may("referrals.contact")
    return {
        each.pk: {
            **_said(latest.get(str(each.pk)), now),
            "address": reverse("referrals:messages", args=[each.case_id]) if may_open else "",
        }
        for each in ahead
    }


def _said(message, now) -> dict:
    if message is None:
        return {"words": "Not written to", "tag": None}
    what, way = message.get_purpose_display(), message.get_channel_display().lower()
    if message.sent_at:
        return {"words": f"{what} by {way}, {timezone.localtime(message.sent_at):%-d %B}", "tag": None}
    if message.is_a_letter_to_print:
        return {"words": f"{what} by letter", "tag": ("To print", "orange")}
    if message.failed_at or message.is_interrupted(now):
        return {"words": f"{what} by {way}", "tag": ("Did not arrive", "red")}
    return {"words": f"{what} by {way}", "tag": ("Waiting", "blue")}
