"""Assigning cases from the list: one by its own button, several that are ticked, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals import operations
from referrals.models import Referral
from tests.factories import make_referral, make_user
from tests.referrals.factories import make_case
from tests.referrals.pages import row_of

pytestmark = pytest.mark.django_db
ASSIGN, BACK = "/referrals/assign/", "tab=waiting&district=erewash&sort=newest"


def pressed(client, **sent):
    """What the list says after the press; it must be the list as it was."""
    answer = client.post(ASSIGN, {"back": BACK, **sent})
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('referrals:list')}?{BACK}"
    return [(message.level_tag, str(message)) for message in client.get(answer["Location"]).context["messages"]]


def holders(*cases):
    return [Referral.objects.get(pk=case.pk).assigned_to for case in cases]


@pytest.fixture
def colleague(force):
    return make_user("Joan Reeve", force, "triager")


def test_one_press_in_a_row_assigns_that_case_to_who_pressed(sign_in, officer, triager):
    one, two = (make_referral(officer, status="submitted") for _ in range(2))
    said = pressed(sign_in(triager), only=one.pk, case=[two.pk], to="nobody")  # what else is ticked stays as it is
    assert said == [("success", f"{one.reference} is assigned to you.")]
    assert holders(one, two) == [triager, None]


def test_ticked_cases_go_to_a_colleague_in_one_press(sign_in, officer, triager, colleague):
    cases = [make_referral(officer, status="submitted") for _ in range(3)]
    said = pressed(sign_in(triager), case=[case.pk for case in cases[:2]], to=colleague.pk)
    assert said == [("success", "2 cases are assigned to Joan Reeve.")]
    assert holders(*cases) == [colleague, colleague, None]
    assert Event.objects.filter(kind="referral.assigned", actor=triager.pk).count() == 2


def test_ticked_cases_are_given_back_to_nobody(sign_in, officer, triager):
    case = make_referral(officer, status="submitted", assigned_to=triager)
    assert pressed(sign_in(triager), case=[case.pk], to="nobody") == [
        ("success", f"{case.reference} is assigned to nobody.")
    ]
    assert holders(case) == [None]


def test_what_cannot_be_assigned_is_named_with_the_reason_and_the_rest_is_assigned(
    sign_in, officer, triager, colleague, provider
):
    free = make_referral(officer, status="submitted")
    decided = make_referral(officer, status="submitted")
    operations.accept(
        decided, by=colleague, provider=provider, hours=10, workshop_needed=True, rj_to_explore=False, rationale="Yes."
    )
    withdrawn = make_case("withdrawn", officer, triager, provider)
    said = pressed(sign_in(triager), case=[free.pk, decided.pk, withdrawn.pk], to="me")
    assert said[0] == ("success", f"{free.reference} is assigned to you.")
    (why,) = [text for level, text in said if decided.reference in text]
    assert why.startswith(f"{decided.reference} waits for no decision: Joan Reeve accepted it on ")
    assert ("error", f"{withdrawn.reference} waits for no decision: it is withdrawn.") in said
    assert holders(free, decided, withdrawn) == [triager, None, None]


def test_nobody_is_given_a_referral_they_made_themselves(sign_in, force, triager):
    both = make_user("Sam Both", force, "referrer", "triager")
    own = make_referral(both, status="submitted")
    assert pressed(sign_in(triager), case=[own.pk], to=both.pk) == [
        ("error", f"Sam Both made {own.reference}, so somebody else must decide on it.")
    ]
    assert holders(own) == [None]
    with pytest.raises(Refusal, match=f"You made {own.reference}, so somebody else must decide on it."):
        operations.assign(own, by=both, to=both)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"to": "me"}, "Tick the cases that you want to assign"),
        ({"to": ""}, "Choose who should decide the cases that you ticked"),
        ({"to": "x" * 36}, "Choose who should decide the cases that you ticked"),
    ],
)
def test_a_press_that_says_too_little_changes_nothing_and_says_what_to_do(sign_in, officer, triager, sent, said):
    case = make_referral(officer, status="submitted")
    before = row_of(case)
    ticked = {} if "Tick" in said else {"case": [case.pk]}
    ((level, text),) = pressed(sign_in(triager), **ticked, **sent)
    assert level == "error"
    assert text.startswith(said)
    assert row_of(case) == before


def test_at_most_a_page_of_cases_is_taken_at_a_time(sign_in, officer, triager):
    case = make_referral(officer, status="submitted")
    ((_, text),) = pressed(sign_in(triager), case=[case.pk] * 26, to="me")
    assert text == "Assign at most 25 cases at a time: those of one page."
    assert holders(case) == [None]


def test_an_officer_is_nobody_to_choose(sign_in, officer, triager):
    case = make_referral(officer, status="submitted")
    ((level, _),) = pressed(sign_in(triager), case=[case.pk], to=officer.pk)
    assert level == "error"
    assert holders(case) == [None]


def test_cases_that_are_not_open_to_who_presses_are_left_alone(sign_in, officer, triager, outsider):
    restricted = make_referral(officer, status="submitted", restricted=True)
    said = pressed(sign_in(triager), case=[restricted.pk, "no-case"], to="me")
    assert said == [("error", "2 cases that you ticked are not open to you.")]
    free = make_referral(officer, status="submitted")
    assert pressed(sign_in(outsider), case=[free.pk], to="me") == [
        ("error", "1 case that you ticked is not open to you.")
    ]
    assert holders(restricted, free) == [None, None]


def test_the_list_comes_back_with_filters_only_and_leads_nowhere_else(sign_in, officer, triager):
    case = make_referral(officer, status="submitted")
    answer = sign_in(triager).post(ASSIGN, {"case": [case.pk], "to": "me", "back": "//evil.example/?next=x"})
    assert answer["Location"] == "/referrals/"


def test_an_officer_sees_no_boxes_to_tick(sign_in, officer, triager):
    make_referral(officer, status="submitted")
    assert 'type="checkbox"' not in sign_in(officer).get("/referrals/?tab=waiting").content.decode()
    page = sign_in(triager).get("/referrals/?tab=waiting").content.decode()
    assert page.count('type="checkbox"') == 1
    assert "Tick IJ/2026/" in page


def test_assigning_again_to_the_same_person_leaves_no_second_trace(officer, triager):
    case = make_referral(officer, status="submitted")
    for _ in range(2):
        operations.assign(case, by=triager, to=triager)
    assert Event.objects.filter(kind="referral.assigned").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_the_same_cases_at_once_both_get_an_answer(officer, triager, colleague):
    cases = [make_referral(officer, status="submitted") for _ in range(12)]
    barrier = Barrier(2)

    def assign(who, order):
        barrier.wait(timeout=10)
        try:
            return operations.assign_many(order, by=who, to=who)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(assign, triager, cases), pool.submit(assign, colleague, cases[::-1])
        done = [first.result(timeout=30), second.result(timeout=30)]
    assert [len(outcome.done) for outcome in done] == [12, 12]
    assert len({case.assigned_to for case in Referral.objects.select_related("assigned_to")}) == 1
    assert Event.objects.filter(kind="referral.assigned").count() == 24


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_decided_at_the_same_moment_is_decided_or_assigned_first_and_never_half(
    officer, triager, colleague, provider
):
    case = make_referral(officer, status="submitted")
    barrier = Barrier(2)

    def at_once(step):
        barrier.wait(timeout=10)
        try:
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assigned = pool.submit(at_once, lambda: operations.assign_many([case], by=triager, to=triager))
        decided = pool.submit(
            at_once,
            lambda: operations.accept(
                Referral.objects.get(pk=case.pk), by=colleague, provider=provider, hours=10, workshop_needed=True,
                rj_to_explore=False, rationale="Yes.",
            ),
        )  # fmt: skip
        decided.result(timeout=30)
        outcome = assigned.result(timeout=30)
    case.refresh_from_db()
    assert case.status == "active"
    assert case.assigned_to == (triager if outcome.done else None)
    assert len(outcome.done) + len(outcome.refused) == 1


def test_a_decided_case_is_refused_with_its_status(officer, triager, provider):
    case = make_case("suspended", officer, triager, provider)
    with pytest.raises(IllegalMove, match="waits for no decision"):
        operations.assign(case, by=triager, to=None)


@pytest.mark.parametrize("key", ["-" * 36, "f" * 36, "0" * 400, "\x00"])
def test_what_is_no_key_of_a_case_is_no_case(key, sign_in, triager):
    said = pressed(sign_in(triager), case=key, to="me")
    assert said == [("error", "1 case that you ticked is not open to you.")]
