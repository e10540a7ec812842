"""Every address × every role × another force.

ADDRESSES says, for each address, which permission opens it and which record stands in it. An address without an entry
fails the suite; so does one that opens to a role it should not, and one that shows another force's record.
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
from referrals import lifecycle as case_lifecycle
from referrals.models import OverrideRequest, PersonLink, ReferralFile
from reporting.tasks import make_report
from tests.factories import NOW, make_document, make_notice, make_person, make_referral, make_user, make_victim
from tests.placements import factories as placements
from tests.reporting import factories as reporting
from tests.restorative import factories as restorative
from tests.workshops import factories as workshops

pytestmark = pytest.mark.django_db

# address: (permission, the record of the world that stands in it, further arguments)
DRAFT, CASE, NONE = "draft", "case", None
ADDRESSES = {
    "home": (SIGNED_IN, NONE),
    "healthz": (PUBLIC, NONE),
    "readyz": (PUBLIC, NONE),
    "keep_text": (SIGNED_IN, NONE),
    "discard_text": (SIGNED_IN, NONE),
    "accounts:users": ("accounts.manage", NONE),
    "accounts:add": ("accounts.manage", NONE),
    "accounts:user": ("accounts.manage", "colleague"),
    "accounts:change": ("accounts.manage", "colleague"),
    "accounts:deactivate": ("accounts.manage", "colleague"),
    "accounts:reactivate": ("accounts.manage", "colleague"),
    "accounts:invite": ("accounts.manage", "colleague"),
    "notices:choose": (SIGNED_IN, NONE),
    "notices:in_trouble": ("accounts.manage", NONE),
    "notices:send_again": ("accounts.manage", "notice"),
    "notices:send_failed_again": ("accounts.manage", NONE),
    "notices:give_up": ("accounts.manage", "notice"),
    "referrals:list": ("referrals.read", NONE),
    "referrals:look_for": ("referrals.read", NONE),
    "referrals:assign_ticked": ("referrals.triage", NONE),
    "referrals:download": ("referrals.read", NONE),
    "referrals:filters": ("referrals.read", NONE),
    "referrals:save_filter": ("referrals.read", NONE),
    "referrals:rename_filter": ("referrals.read", "saved_filter"),
    "referrals:delete_filter": ("referrals.read", "saved_filter"),
    "referrals:check_eligibility": ("referrals.refer", NONE),
    "referrals:start": ("referrals.refer", NONE),
    "referrals:import": ("referrals.import", NONE),
    "referrals:import_columns": ("referrals.import", NONE),
    "referrals:import_template": ("referrals.import", NONE),
    "referrals:confirm_import": ("referrals.import", "file"),
    "referrals:detail": ("referrals.read", CASE),
    "referrals:draft": ("referrals.refer", DRAFT),
    "referrals:edit_person": ("referrals.refer", DRAFT),
    "referrals:edit_parent": ("referrals.refer", DRAFT),
    "referrals:edit_incident": ("referrals.refer", DRAFT),
    "referrals:edit_disposal": ("referrals.refer", DRAFT),
    "referrals:edit_victims": ("referrals.refer", DRAFT),
    "referrals:add_victim": ("referrals.refer", DRAFT),
    "referrals:edit_victim": ("referrals.refer", DRAFT, "victim_pk"),
    "referrals:remove_victim": ("referrals.refer", DRAFT, "victim_pk"),
    "referrals:edit_risks": ("referrals.refer", DRAFT),
    "referrals:edit_consent": ("referrals.refer", DRAFT),
    "referrals:edit_authority": ("referrals.refer", DRAFT),
    "referrals:summary": ("referrals.read", CASE),
    "referrals:check": ("referrals.refer", DRAFT),
    "referrals:accept": ("referrals.triage", CASE),
    "referrals:decline": ("referrals.triage", CASE),
    "referrals:ask": ("referrals.triage", CASE),
    "referrals:answer": ("referrals.refer", CASE),
    "referrals:assign": ("referrals.triage", CASE),
    "referrals:remind": ("referrals.triage", CASE),
    "referrals:restricted": ("referrals.admit", NONE),
    "referrals:say_why": (SIGNED_IN, NONE),
    "referrals:admit": ("referrals.admit", "restricted"),
    "referrals:find_person": ("referrals.link", NONE),
    "referrals:same_person": ("referrals.link", CASE),
    "referrals:link": ("referrals.link", CASE, "person_pk"),
    "referrals:unlink": ("referrals.link", CASE, "link_pk"),
    "referrals:restriction": ("referrals.restrict", CASE),
    "referrals:colleagues": ("referrals.refer", CASE),
    "referrals:happened": ("referrals.read", CASE),
    "referrals:notes": ("referrals.note", CASE),
    "referrals:mark_note_sensitive": ("referrals.note", CASE, "note_pk"),
    "referrals:documents": ("referrals.note", CASE),
    "referrals:add_document": ("referrals.note", CASE),
    "referrals:get_document": ("referrals.note", CASE, "document_pk"),
    "referrals:remove_document": ("referrals.note", CASE, "document_pk"),
    "referrals:tasks": ("referrals.note", CASE),
    "referrals:add_task": ("referrals.note", CASE),
    "referrals:finish_task": ("referrals.note", CASE, "task_pk"),
    "referrals:reassign_task": ("referrals.note", CASE, "task_pk"),
    "referrals:tell_victim": ("referrals.tell_victim", DRAFT, "victim_pk"),
    "referrals:withdraw": ("referrals.withdraw", CASE),
    "referrals:suspend": ("referrals.triage", CASE),
    "referrals:resume": ("referrals.triage", CASE),
    "referrals:complete": ("referrals.triage", CASE),
    "referrals:return": ("referrals.triage", CASE),
    "referrals:ask_override": ("referrals.ask_override", CASE),
    "referrals:decide_override": ("referrals.override", "override"),
    "referrals:take_on": ("placements.assess", CASE),
    "referrals:first_contact": ("placements.assess", CASE),
    "referrals:check_further_offence": ("referrals.triage", CASE),
    "accounts:download": ("accounts.manage", NONE),
    "audit:download": ("audit.read", NONE),
    "placements:download_sites": ("placements.read", NONE),
    "placements:download_work": ("placements.read", NONE),
    "reporting:download": ("reporting.read", NONE),
    "restorative:download": ("restorative.read", NONE),
    "workshops:download": ("workshops.read", NONE),
    "workshops:list": ("workshops.read", NONE),
    "workshops:register_due": ("workshops.read", NONE),
    "workshops:past": ("workshops.read", NONE),
    "workshops:to_book": ("workshops.book", NONE),
    "workshops:book_case": ("workshops.book", CASE),
    "workshops:schedule_session": ("workshops.schedule", NONE),
    "workshops:session": ("workshops.read", "session"),
    "workshops:book_person": ("workshops.book", "session"),
    "workshops:record_register": ("workshops.record", "session"),
    "workshops:calendar": ("workshops.read", NONE),
    "workshops:calendar_week": ("workshops.read", NONE),
    "workshops:calendar_month": ("workshops.read", NONE),
    "workshops:own_calendar": ("workshops.read", NONE),
    "workshops:feed": (PUBLIC, NONE, "token"),
    "workshops:schedule_series": ("workshops.schedule", NONE),
    "workshops:edit_session": ("workshops.schedule", "session"),
    "workshops:move_session": ("workshops.schedule", "session"),
    "workshops:cancel_session": ("workshops.schedule", "session"),
    "workshops:cancel_booking": ("workshops.keep_list", "booking"),
    "workshops:promote_booking": ("workshops.keep_list", "booking"),
    "workshops:give_feedback": ("workshops.record", "booking"),
    "placements:assessment": ("placements.read", CASE),
    "placements:assess": ("placements.assess", CASE),
    "placements:match": ("placements.place", CASE),
    "placements:plan_placement": ("placements.place", CASE, "site_pk"),
    "placements:hours": ("placements.read", CASE),
    "placements:adjust_hours": ("placements.log", CASE),
    "placements:plan_work": ("placements.place", "placement"),
    "placements:log_unplanned_work": ("placements.log", "placement"),
    "placements:end_placement": ("placements.place", "placement"),
    "placements:sites": ("placements.read", NONE),
    "placements:add_site": ("placements.manage_sites", NONE),
    "placements:site": ("placements.read", "site"),
    "placements:edit_site": ("placements.manage_sites", "site"),
    "placements:assess_site": ("placements.manage_sites", "site"),
    "placements:open_site": ("placements.manage_sites", "site"),
    "placements:suspend_site": ("placements.manage_sites", "site"),
    "placements:close_site": ("placements.manage_sites", "site"),
    "placements:work": ("placements.read", NONE),
    "placements:record_work": ("placements.log", "work"),
    "placements:cancel_work": ("placements.place", "work"),
    "restorative:list": ("restorative.read", NONE),
    "restorative:start": ("restorative.start", CASE),
    "restorative:detail": ("restorative.read", "process"),
    "restorative:hand_over": ("restorative.start", "process"),
    "restorative:mark_done": ("restorative.record", "process", "item"),
    "restorative:step": ("restorative.record", "process", "verb"),
    "reporting:figures": ("reporting.read", NONE),
    "reporting:list": ("reporting.read", NONE),
    "reporting:request": ("reporting.issue", NONE),
    "reporting:detail": ("reporting.read", "report"),
    "reporting:progress": ("reporting.read", "report"),
    "reporting:retry": ("reporting.issue", "report"),
    "reporting:correct": ("reporting.issue", "report"),
    "reporting:pdf": ("reporting.read", "report"),
    "reporting:csv": ("reporting.read", "report"),
    "audit:events": ("audit.read", NONE),
    "audit:event": ("audit.read", "event"),
    "audit:unattributed": ("audit.read", NONE),
    "audit:seals": ("audit.read", NONE),
    "api-sign-in": (PUBLIC, NONE),
    "api-sign-out": (SIGNED_IN, NONE),
    "api-schema": (SIGNED_IN, NONE),
    "api-docs": (SIGNED_IN, NONE),
    "api-referrals-list": ({"get": "referrals.read", "post": "referrals.refer"}, NONE),
    "api-referrals-detail": ({"get": "referrals.read", "patch": "referrals.refer"}, CASE),
    "api-referrals-check": ({"post": "referrals.refer"}, NONE),
    "api-referrals-findings": ({"get": "referrals.see_victim"}, CASE),
    "api-referrals-timeline": ({"get": "referrals.read"}, CASE),
    "api-referrals-colleagues": ({"get": "referrals.refer", "post": "referrals.refer"}, CASE),
    "api-referrals-colleague": ({"delete": "referrals.refer"}, CASE, "colleague_pk"),
    "api-referrals-submit": ({"post": "referrals.refer"}, DRAFT),
    "api-notices": ({"get": SIGNED_IN, "put": SIGNED_IN}, NONE),
    "api-referrals-assign": ({"post": "referrals.triage"}, CASE),
    "api-referrals-assign-many": ({"post": "referrals.triage"}, NONE),
    "api-saved-filters-list": ({"get": "referrals.read", "post": "referrals.read"}, NONE),
    "api-saved-filters-detail": ({"patch": "referrals.read", "delete": "referrals.read"}, "saved_filter"),
    "api-referrals-ask": ({"post": "referrals.triage"}, CASE),
    "api-referrals-remind": ({"post": "referrals.triage"}, CASE),
    "api-referrals-answer": ({"post": "referrals.refer"}, CASE),
    "api-referrals-accept": ({"post": "referrals.triage"}, CASE),
    "api-referrals-decline": ({"post": "referrals.triage"}, CASE),
    "api-referrals-withdraw": ({"post": "referrals.withdraw"}, CASE),
    "api-referrals-suspend": ({"post": "referrals.triage"}, CASE),
    "api-referrals-resume": ({"post": "referrals.triage"}, CASE),
    "api-referrals-complete": ({"post": "referrals.triage"}, CASE),
    "api-referrals-return": ({"post": "referrals.triage"}, CASE),
    "api-referrals-take-on": ({"post": "placements.assess"}, CASE),
    "api-referrals-first-contact": ({"post": "placements.assess"}, CASE),
    "api-referrals-check-further-offence": ({"post": "referrals.triage"}, CASE),
    "api-referrals-ask-override": ({"post": "referrals.ask_override"}, CASE),
    "api-people-search": ({"post": "referrals.link"}, NONE),
    "api-people-links": ({"get": "referrals.link", "post": "referrals.link"}, "person"),
    "api-people-unlink": ({"post": "referrals.link"}, "person", "link_pk"),
    "api-restricted-list": ({"get": "referrals.admit"}, NONE),
    "api-restricted-restrict": ({"post": "referrals.restrict"}, CASE),
    "api-restricted-lift": ({"post": "referrals.restrict"}, CASE),
    "api-restricted-admit": ({"post": "referrals.admit"}, "restricted"),
    "api-restricted-admit-colleague": ({"post": "referrals.restrict"}, CASE),
    "api-restricted-dismiss": ({"post": "referrals.restrict"}, CASE),
    "api-overrides-list": ({"get": "referrals.read"}, NONE),
    "api-overrides-detail": ({"get": "referrals.read"}, "override"),
    "api-overrides-decide": ({"post": "referrals.override"}, "override"),
    "api-referral-files-list": ({"post": "referrals.import"}, NONE),
    "api-referral-files-detail": ({"get": "referrals.import"}, "file"),
    "api-referral-files-import": ({"post": "referrals.import"}, "file"),
    "api-codes": ({"get": SIGNED_IN}, NONE),
    "api-notes": ({"get": "referrals.note", "post": "referrals.note"}, CASE),
    "api-note-mark-sensitive": ({"post": "referrals.note"}, CASE, "note_pk"),
    "api-tasks": ({"get": "referrals.note", "post": "referrals.note"}, CASE),
    "api-task-done": ({"post": "referrals.note"}, CASE, "task_pk"),
    "api-task-reassign": ({"post": "referrals.note"}, CASE, "task_pk"),
    "api-victim-told": ({"post": "referrals.tell_victim"}, DRAFT, "victim_pk"),
    "api-documents": ({"get": "referrals.note", "post": "referrals.note"}, CASE),
    "api-document-file": ({"get": "referrals.note"}, CASE, "document_pk"),
    "api-document-remove": ({"post": "referrals.note"}, CASE, "document_pk"),
    "api-work-sessions-list": ({"get": "placements.read"}, NONE),
    "api-work-sessions-detail": ({"get": "placements.read"}, "work"),
    "api-work-sessions-log": ({"post": "placements.log"}, "work"),
    "api-placements-log-unplanned": ({"post": "placements.log"}, "placement"),
    "api-figures": ({"get": "reporting.read"}, NONE),
}
# One trail for the whole system: an auditor of any force reads it, so these show the same to every auditor.
OF_NO_FORCE = {"audit:event"}
BY_POST_ONLY = {
    ("referrals:assign_ticked", "get"),
    ("referrals:delete_filter", "get"),
    ("reporting:retry", "get"),
    ("workshops:promote_booking", "get"),
    ("referrals:assign", "get"),
    ("referrals:remind", "get"),
    ("notices:send_again", "get"),
    ("notices:send_failed_again", "get"),
}
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
    report = reporting.make_report(manager)
    make_report(str(report.pk))
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
        note_pk=case.notes.create(text="Calls back on Monday.", by=officer, at=NOW).pk,
        victim_pk=make_victim(draft, person=make_person(force, "Nell", "Thistlewood")).pk,
        session=session,
        token="x" * 43,
        booking=workshops.make_booking(case, session),
        site=site,
        site_pk=site.pk,
        placement=placement,
        work=placements.make_session(placement),
        process=process,
        item=restorative.make_item(process).pk,
        verb="follow_up",
        override=OverrideRequest.objects.create(
            case=case, kind="place_before_workshop", reason="Works nights.", asked_by=triager, asked_at=NOW
        ),
        report=report,
        colleague=triager,
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
    return response.content.decode(errors="replace")


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
    pages = {name: text(ask()) for name, method, _, ask in asked if method == "get"}
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
