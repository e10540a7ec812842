"""What notices show on an administrator's home page."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from govuk.worklists import Action, Row, Worklist
from notices.models import Notice

SHOWN = 10


def worklists(user, now):
    if not user.may("accounts.manage"):
        return []
    page = reverse("notices:in_trouble")
    found = Notice.objects.visible_to(user).in_trouble(now).select_related("user").order_by("pk")
    return [
        Worklist(
            "Emails about cases that did not arrive",
            rows=[
                Row(notice.user.full_name, page, f"Since {date_format(localtime(notice.due_at), 'j F Y, H:i')}")
                for notice in found[:SHOWN]
            ],
            count=found.count(),
            empty="Every email was sent.",
            more=Action("All of them", page),
        )
    ]
