"""Whose auditor reads what happened at a site or to a suggestion, which belong to no case and which nobody signed in
did."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import Event
from placements import operations, sending
from placements.models import Nomination, NominationDeclineReason
from tests.factories import NOW, make_force, make_user
from tests.placements.factories import make_nomination, make_placement, make_ready_case, make_session, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(db):
    """The auditor of a force that Remedi does not work for."""
    return make_user("Noor West", make_force("Northshire Police"), "auditor")


def reads(client, kind):
    """Whether the event of this kind is in the list, and opens."""
    event = Event.objects.get(kind=kind)
    listed = reverse("audit:event", args=[event.pk]) in client.get(reverse("audit:events")).content.decode()
    assert listed == (client.get(reverse("audit:event", args=[event.pk])).status_code == 200)
    return listed


def suggested(force, provider):
    operations.suggest(force=force, what="The path is overgrown.", where="Church Lane", from_email="")
    return "nomination.received"


def answered(force, provider):
    by, reason = make_user("Rae Hall", provider, "coordinator"), NominationDeclineReason.objects.first()
    operations.decline_nomination(make_nomination(force), by=by, reason=reason, answer="Thank you.")
    assert sending.send_due() == 1
    return "nomination.answered"


def forgotten(force, provider):
    make_nomination(force, sent_at=NOW - timedelta(days=400))
    assert operations.erase_contacts(NOW) == 1
    return "nomination.contact_erased"


def told_of_papers(force, provider):
    make_site(provider, insured_until=NOW.date() + timedelta(days=7))
    assert operations.tell_of_papers(NOW) == 1
    return "site.papers_run_out"


@pytest.mark.parametrize("happens", [suggested, answered, forgotten, told_of_papers])
def test_the_auditor_of_the_force_reads_it_and_that_of_another_does_not(
    happens, force, provider, coordinator, auditor, elsewhere, sign_in
):
    kind = happens(force, provider)
    assert reads(sign_in(auditor), kind)
    assert not reads(sign_in(elsewhere), kind)


def test_what_is_forgotten_of_two_forces_is_told_to_each(force, provider, auditor, elsewhere, sign_in):
    for each in (force, elsewhere.organisation):
        make_nomination(each, sent_at=NOW - timedelta(days=400))
    assert operations.erase_contacts(NOW) == 2
    for user in (auditor, elsewhere):
        page = sign_in(user).get(reverse("audit:events")).content.decode()
        assert page.count("nomination.contact_erased") == 1
    assert not Nomination.objects.exclude(from_email="").exists()


def test_of_what_touched_cases_of_two_forces_each_auditor_reads_their_own(
    force, provider, officer, coordinator, auditor, elsewhere, sign_in
):
    """Remedi works for both, at one site."""
    provider.serves.add(elsewhere.organisation)
    site = make_site(provider)
    theirs = make_user("Olga East", elsewhere.organisation, "referrer")
    cases = [make_ready_case(each, coordinator) for each in (officer, theirs)]
    for case in cases:
        make_session(make_placement(case, site, coordinator), "2026-06-12 09:00")
    operations.suspend_site(site, by=coordinator, because="The roof leaks.")
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        operations.cancel_site_sessions(site, by=coordinator, because="The roof leaks.")
    event = Event.objects.get(kind="site.cleared")
    for user, (mine, other) in ((auditor, cases), (elsewhere, cases[::-1])):
        page = sign_in(user).get(reverse("audit:event", args=[event.pk])).content.decode()
        assert str(mine.pk) in page
        assert str(other.pk) not in page
