"""Every address × every role × another force.

tests/addresses.py says, for each address, which permission opens it and which record stands in it. An address without
an entry fails the suite; so does one that opens to a role it should not, and one that shows another force's record.
"""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from knox.models import AuthToken

from accounts.roles import GRANTS, PUBLIC, SIGNED_IN, Role
from audit.models import Event
from audit.trail import record
from placements.operations import make_participant_link
from referrals import lifecycle as case_lifecycle
from referrals.models import OverrideRequest, PersonLink, ReferralFile
from tests.addresses import ADDRESSES, BY_POST_ONLY, OF_NO_FORCE
from tests.factories import NOW, make_document, make_notice, make_person, make_referral, make_user, make_victim
from tests.messages.factories import make_message
from tests.placements import factories as placements
from tests.placements import learning
from tests.referrals.factories import make_case, make_missed
from tests.reporting import factories as reporting
from tests.restorative import factories as restorative
from tests.workshops import factories as workshops

pytestmark = pytest.mark.django_db

GUARDED_BY_ALLAUTH = "account_"


def named_addresses(patterns=None, namespace=""):
    """The name of every address in the URL configuration."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named_addresses(pattern.url_patterns, namespace + inner)
        else:
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def world(officer, triager, coordinator, facilitator, practitioner, manager, force, provider):
    """One of everything in Derbyshire, with names that a page of somebody else's must not show."""
    case = placements.make_ready_case(
        officer,
        coordinator,
        participant=make_person(force, "Jordan", "Quillfeather"),
        circumstances="Sprayed a shelter.",
    )
    victim = make_victim(case, person=make_person(force, "Mary", "Thistlewood"))
    draft = make_referral(officer, participant=make_person(force, "Kit", "Quillfeather"))
    session = workshops.make_session(facilitator, starts_at=NOW + timedelta(days=1))
    site = placements.make_site(provider)
    placement = placements.make_placement(case, site, coordinator)
    process = restorative.make_process(case, practitioner, status="agreed", victim=victim)
    record(case_lifecycle.READ, by=officer, case=case)
    with time_machine.travel(NOW, tick=False):
        report = reporting.make_issued(reporting.make_report(manager))
    make_participant_link(case, by=coordinator)
    restricted = make_referral(officer, status="submitted", restricted=True, assigned_to=triager)
    first, second = sorted([case.participant_id, draft.participant_id])
    return SimpleNamespace(
        case=case,
        file=ReferralFile.objects.create(owner=officer, name="referrals.csv", rows=[], checked_at=NOW),
        draft=draft,
        notice=make_notice(triager, case, failed_at=NOW),
        document_pk=make_document(case, officer, title="Thistlewood’s statement").pk,
        task_pk=case.tasks.create(
            kind="by_hand", what="Ring back.", due_on=NOW.date(), team="officers", made_by=officer, made_at=NOW
        ).pk,
        event_pk=make_missed(case, coordinator).pk,
        returned=make_case("returned", officer, triager, provider, return_statement="Missed twice."),
        note_pk=case.notes.create(text="Calls back on Monday.", by=officer, at=NOW).pk,
        victim_pk=make_victim(draft, person=make_person(force, "Nell", "Thistlewood")).pk,
        session=session,
        token="x" * 43,
        booking=(booking := workshops.make_booking(case, session)),
        booking_pk=booking.pk,
        message_pk=make_message(case, booking, channel="letter").pk,
        site=site,
        site_pk=site.pk,
        paper_pk=placements.make_paper(site, coordinator).pk,
        nomination=placements.make_nomination(force),
        placement=placement,
        work=placements.make_session(placement),
        contact=learning.make_contact(case, coordinator),
        course=(course := learning.make_course(provider)),
        enrolment=(enrolment := learning.make_enrolment(case, course, coordinator)),
        learnt=learning.make_learnt(enrolment, coordinator),
        process=process,
        item=restorative.make_item(process).pk,
        verb="follow_up",
        section="needs",
        consent_pk=case.consents.first().pk,
        override=OverrideRequest.objects.create(
            case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
        ),
        report=report,
        colleague=triager,
        caseworker=coordinator,
        colleague_pk=triager.pk,
        restricted=restricted,
        person=case.participant,
        person_pk=restricted.participant_id,
        link_pk=PersonLink.objects.create(
            person_id=first, other_id=second, reason="One address.", linked_by=triager, linked_at=NOW
        ).pk,
        saved_filter=officer.saved_filters.create(name="Thefts", query={"tab": "active"}, saved_at=NOW),
        event=Event.objects.order_by("id").last(),
    )


def colleague(role, world):
    """Who does this role's work in Derbyshire: the person of the world where one is named on its records."""
    named = {
        Role.REFERRER: world.case.referred_by,
        Role.COORDINATOR: world.case.caseworker,
        Role.FACILITATOR: world.session.facilitator,
        Role.PRACTITIONER: world.process.practitioner,
        Role.MANAGER: world.report.requested_by,
        Role.TRIAGER: world.override.asked_by,
    }
    return named.get(role) or make_user(f"Only {role}", world.case.force, role)


def address_of(name, world):
    _permission, target, *more = ADDRESSES[name]
    arguments = {argument: getattr(world, argument) for argument in more}
    if target:
        arguments["pk"] = getattr(world, target).pk
    return reverse(name, kwargs=arguments)


def methods_of(name):
    """Method → the permission that the address asks for under it."""
    permission = ADDRESSES[name][0]
    return permission if isinstance(permission, dict) else {"get": permission, "post": permission}


def answers(user, world, names=ADDRESSES):
    """(name, method, permission, ask) for each address and method; ask() gives the response. Pages go by session, the
    API by token."""
    page, api, headers = Client(), Client(), {}
    if user:
        page.force_login(user)
        headers = {"Authorization": f"Token {AuthToken.objects.create(user)[1]}"}
    for name in names:
        client, sent = (api, headers) if name.startswith("api-") else (page, {})
        for method, permission in methods_of(name).items():
            ask = partial(getattr(client, method), address_of(name, world), headers=sent)
            if name != "api-sign-out":  # it would end the token
                yield name, method, permission, ask


def text(response):
    return response.getvalue().decode(errors="replace")


def test_every_address_has_an_entry():
    names = {name for name in named_addresses() if not name.startswith(GUARDED_BY_ALLAUTH)}
    assert names == set(ADDRESSES)


@time_machine.travel(NOW, tick=False)
def test_nobody_signed_out_gets_in(world):
    wrong = []
    for name, method, permission, ask in answers(None, world):
        if permission != PUBLIC and (name, method) not in BY_POST_ONLY:
            response = ask()
            to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
            if not (to_sign_in or response.status_code == 401):
                wrong.append((method, name, response.status_code))
    assert not wrong


@pytest.mark.parametrize("role", Role)
@time_machine.travel(NOW, tick=False)
def test_a_role_gets_no_further_than_its_permissions(role, world):
    """Without the permission: 403 by either method. With it, the page of one's own force opens without a fault."""
    wrong = []
    for name, method, permission, ask in answers(colleague(role, world), world):
        if permission in (PUBLIC, SIGNED_IN) or (name, method) in BY_POST_ONLY:
            continue
        granted = role in GRANTS[permission]
        if granted and method == "get" and (status := ask().status_code) in (403, 500):
            wrong.append((method, name, status))
        if not granted and (status := ask().status_code) != 403:
            wrong.append((method, name, status))
    assert not wrong


@time_machine.travel(NOW, tick=False)
def test_another_force_finds_no_record(world, outsider):
    """Somebody with every role, elsewhere: each record is not there, and no list names our people."""
    wrong = []
    for name, method, permission, ask in answers(outsider, world):
        if permission == PUBLIC or name in OF_NO_FORCE:
            continue
        if ADDRESSES[name][1]:
            if (status := ask().status_code) not in (404, 405):
                wrong.append((method, name, status))
        elif method == "get":
            body = text(ask())
            if any(word in body for word in ("Quillfeather", "Thistlewood", world.case.reference)):
                wrong.append((method, name, "shows our people"))
    assert not wrong
    world.case.refresh_from_db()
    assert world.case.status == "active"


@pytest.mark.parametrize("role", [role for role in Role if role not in GRANTS["referrals.see_victim"] | {Role.AUDITOR}])
@time_machine.travel(NOW, tick=False)
def test_a_victim_is_named_to_none_but_those_who_may_know(role, world):
    """No page that opens to this role names the victim. (An auditor reads in the trail what each row was.)"""
    asked = answers(colleague(role, world), world)
    assert not [name for name, method, _, ask in asked if method == "get" and "Thistlewood" in text(ask())]


@time_machine.travel(NOW, tick=False)
def test_a_facilitator_never_reads_the_offence(world):
    asked = answers(colleague(Role.FACILITATOR, world), world)
    lists = "api-codes"  # which codes there are says nothing of a case
    pages = {name: text(ask()) for name, method, _, ask in asked if method == "get" and name != lists}
    assert "Quillfeather" in pages["workshops:session"]
    assert not [name for name, page in pages.items() if "Criminal damage" in page or "Sprayed" in page]


@time_machine.travel(NOW, tick=False)
def test_the_world_reaches_every_address(world):
    """So that a 404 above means “not yours” and not “no such thing”."""
    unreached = {name for name, (_, target, *_more) in ADDRESSES.items() if target and "get" in methods_of(name)}
    for role in Role:
        for name, method, permission, ask in answers(colleague(role, world), world, sorted(unreached)):
            if method == "get" and role in GRANTS[permission] and ask().status_code != 404:
                unreached.discard(name)
    assert not unreached
