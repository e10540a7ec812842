"""A restricted case × every address × every role: it opens to nobody who is not named on it, and no list names it."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import GRANTS, PUBLIC, SIGNED_IN, Role
from audit.models import Event
from referrals.models import OverrideRequest, Referral
from restorative.models import Process
from tests.addresses import ADDRESSES, BY_POST_ONLY
from tests.factories import NOW, make_user
from tests.test_access import answers, text, world  # noqa: F401
from tests.test_costs import pages_of

pytestmark = pytest.mark.django_db

NAMES = ("Quillfeather", "Thistlewood")  # the participant and the victim of the case
# Records that stand beside the case and stay open: what is on them is named by reference only.
OPEN_BUT_NAMELESS = {
    "session", "booking", "site", "course", "report", "colleague", "caseworker", "restricted", "event", "notice",
    "nomination",
}  # fmt: skip
OF_ANOTHER_CASE = {"draft", "saved_filter", "returned"}  # open to whom this test plays
AT_PROVIDER = {Role.COORDINATOR, Role.PRACTITIONER}
ROLES = [role for role in Role if role != Role.AUDITOR]  # an auditor reads what each row was: the trail is whole


@pytest.fixture
def restricted(world):  # noqa: F811
    """The world, with its case restricted, and nobody asked of a manager in it."""
    Referral.objects.filter(pk=world.case.pk).update(restricted=True, restricted_because="Known to all.")
    OverrideRequest.objects.filter(case=world.case).delete()
    return world


@pytest.fixture
def stranger(restricted):
    """stranger(role) → somebody of the force or the provider who does such work and is named on nothing."""

    def make(role):
        place = restricted.case.provider if role in AT_PROVIDER else restricted.case.force
        return make_user(f"Una {role}", place, role)

    return make


def of_the_case(restricted):
    """The addresses with a record of the restricted case in them that still is one."""
    for name, (_, target, *_more) in ADDRESSES.items():
        if target and target not in OPEN_BUT_NAMELESS | OF_ANOTHER_CASE | {"override"}:
            yield name


@pytest.mark.parametrize("role", ROLES)
@time_machine.travel(NOW, tick=False)
def test_every_address_of_it_is_not_there_for_who_is_not_named(role, restricted, stranger):
    wrong, asked = [], 0
    for name, method, permission, ask in answers(stranger(role), restricted, list(of_the_case(restricted))):
        if permission in (PUBLIC, SIGNED_IN) or role not in GRANTS[permission] or (name, method) in BY_POST_ONLY:
            continue
        response, asked = ask(), asked + 1
        if response.status_code not in (404, 405):
            wrong.append((method, name, response.status_code))
    assert not wrong
    opening = {Role.REFERRER, Role.TRIAGER, Role.COORDINATOR, Role.PRACTITIONER, Role.MANAGER}
    assert bool(asked) == (role in opening)
    assert not Event.objects.filter(kind="referral.read", case=restricted.case.pk, actor_name=f"Una {role}").exists()


@pytest.mark.parametrize("role", ROLES)
@time_machine.travel(NOW, tick=False)
def test_no_page_or_list_names_it_to_who_is_not_named(role, restricted, stranger):
    user = stranger(role)
    there = {
        (method, name): text(ask())
        for name, method, _, ask in answers(user, restricted)
        if method == "get" and ADDRESSES[name][1] not in OF_ANOTHER_CASE
    }
    assert there["get", "home"]
    assert not [key for key, page in there.items() if any(name in page for name in NAMES)]


@pytest.mark.parametrize("role", ROLES)
@time_machine.travel(NOW, tick=False)
def test_no_tab_of_a_list_names_it_either(role, restricted, stranger, sign_in):
    user = stranger(role)
    client = sign_in(user)
    pages = {page: text(client.get(page)) for page in [*pages_of(user), "/placements/work/?everybody"]}
    assert not [page for page, said in pages.items() if any(name in said for name in NAMES)]


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.TRIAGER, "/referrals/?tab=active"),
        (Role.TRIAGER, "/restorative/"),
        (Role.COORDINATOR, "/referrals/?tab=active"),
        (Role.COORDINATOR, "/placements/work/?everybody"),
        (Role.MANAGER, "/referrals/restricted/"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_it_stands_in_lists_by_its_reference(role, page, restricted, stranger, sign_in):
    said = text(sign_in(stranger(role)).get(page))
    assert restricted.case.reference in said
    assert "Restricted" in said


@time_machine.travel(NOW, tick=False)
def test_who_searches_for_the_name_learns_nothing(restricted, stranger, sign_in):
    client = sign_in(stranger(Role.TRIAGER))
    client.post("/referrals/look-for/", {"looked_for": "Quillfeather", "tab": "active"})
    assert restricted.case.reference not in text(client.get("/referrals/?tab=active"))
    found = text(client.post("/referrals/people/", {"family_name": "Quillfeather", "given_names": "Jordan"}))
    assert restricted.case.reference not in found
    assert "There may be another record of this person" in found


@time_machine.travel(NOW, tick=False)
def test_the_facilitator_runs_the_session_without_the_name(restricted, sign_in):
    facilitator = restricted.session.facilitator
    client = sign_in(facilitator)
    address = f"/workshops/sessions/{restricted.session.pk}/"
    said = text(client.get(address))
    assert f"Restricted, {restricted.case.reference}" in said
    assert not any(name in said for name in NAMES)
    with time_machine.travel(restricted.session.ends_at, tick=False):
        client.force_login(facilitator)
        field = str(restricted.booking.pk)
        register = text(client.get(f"{address}register/?happened=yes"))
        assert f"Restricted, {restricted.case.reference}" in register
        client.post(f"{address}register/?happened=yes", {field: "complied", f"was_{field}": ""})
    restricted.booking.refresh_from_db()
    assert restricted.booking.status == "attended"
    restricted.case.admitted.add(facilitator)
    assert "Quillfeather" in text(client.get(address))


@time_machine.travel(NOW, tick=False)
def test_the_practitioner_who_was_given_the_process_opens_it_with_a_reason(restricted, sign_in):
    client = sign_in(restricted.process.practitioner)
    assert "Quillfeather" in text(client.get("/restorative/"))
    address = reverse("restorative:detail", args=[restricted.process.pk])
    asked = text(client.get(address))
    assert "This case is restricted" in asked
    assert "Quillfeather" not in asked
    client.post(reverse("referrals:say_why"), {"case": restricted.case.pk, "to": address, "reason_to_open": "My work"})
    assert "Quillfeather" in text(client.get(address))
    assert Process.objects.visible_to(restricted.process.practitioner).exists()


@time_machine.travel(NOW, tick=False)
def test_the_counts_of_lists_are_those_of_everybody(restricted, stranger):
    for role, permission in ((Role.TRIAGER, "referrals.triage"), (Role.COORDINATOR, "placements.assess")):
        named = restricted.case.caseworker if role == Role.COORDINATOR else restricted.colleague
        user = stranger(role)
        assert (
            Referral.objects.listed_to(user, permission).count()
            == Referral.objects.listed_to(named, permission).count()
        )
        assert Referral.objects.visible_to(user, permission).filter(pk=restricted.case.pk).count() == 0
