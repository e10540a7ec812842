"""What accounts shows on the home page."""

from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import User
from govuk.worklists import Action, Row, Worklist

SHOWN = 10
UNUSED_DAYS = 90


def worklists(user, now):
    if not user.may("accounts.manage"):
        return []
    people = User.objects.visible_to(user).filter(is_active=True)
    new = people.filter(last_login__isnull=True).order_by("created_at", "pk")
    unused = people.filter(last_login__lt=now - timedelta(days=UNUSED_DAYS)).order_by("last_login", "pk")
    return [
        Worklist(
            "People who have not signed in yet",
            rows=[_row(person, f"Account made on {_day(person.created_at)}") for person in new[:SHOWN]],
            count=new.count(),
            empty="Everybody with an account has signed in.",
            actions=[Action("Add a person", reverse("accounts:add"))],
        ),
        Worklist(
            f"Accounts not used for {UNUSED_DAYS} days",
            rows=[_row(person, f"Last signed in on {_day(person.last_login)}") for person in unused[:SHOWN]],
            count=unused.count(),
            empty="None.",
            more=Action("All accounts", reverse("accounts:users")),
        ),
    ]


def _row(person, detail):
    return Row(person.full_name, reverse("accounts:user", args=[person.pk]), detail)


def _day(moment):
    return date_format(localtime(moment), "j F Y")
