"""How the tests of the pages speak of addresses, rows and what a page says."""

from django.urls import reverse

from referrals.lifecycle import Status
from referrals.models import Referral

STATUSES = [status for status in Status if status != Status.DRAFT]


def url(name, *keys):
    """The address of a page of referrals, for rows or keys."""
    return reverse(f"referrals:{name}", args=[getattr(key, "pk", key) for key in keys])


def shown(client, address):
    """What the page says; it must be there."""
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def row_of(case):
    """The case as its row stands, to be compared with what it was."""
    return Referral.objects.filter(pk=case.pk).values().get()
