"""What the trail shows on the home page."""

from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from audit import seals
from audit.models import Change
from govuk.worklists import Action, Row, Worklist

LATE = timedelta(minutes=10)  # sealing runs every minute


def worklists(user, now):
    if not user.may("audit.read"):
        return []
    rows = []
    state = seals.state()
    if state.oldest_unsealed_at and now - state.oldest_unsealed_at > LATE:
        since = date_format(localtime(state.oldest_unsealed_at), "j F Y, H:i")
        detail = f"{state.unsealed:,} entries wait, the oldest since {since}"
        rows.append(Row("The trail is not being sealed", reverse("audit:seals"), detail, ("Look at this", "red")))
    changes = Change.objects.without_event(user).filter(at__gte=now - timedelta(days=7)).count()
    if changes:
        detail = "In the last 7 days, outside the application’s own verbs"
        rows.append(
            Row(f"{changes:,} changes with no event", reverse("audit:unattributed"), detail, ("Explain", "yellow"))
        )
    return [
        Worklist(
            "Audit trail",
            rows=rows,
            empty="The trail is sealed, and every change of the last 7 days has an event that says who made it.",
            more=Action("Read the audit trail", reverse("audit:events")),
        )
    ]
