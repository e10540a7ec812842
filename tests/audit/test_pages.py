"""The auditor's pages."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from audit import home, tasks
from audit.models import Change, Event
from audit.trail import KINDS, Kind, record
from referrals.models import Person, Referral
from tests.factories import make_force, make_person, make_provider, make_referral, make_user

EVENTS, UNATTRIBUTED, SEALS = (reverse(f"audit:{name}") for name in ("events", "unattributed", "seals"))
SEEN = Kind("test.seen", "Seen by {who}", act="consultation")
DONE = Kind("test.done")


def page(event):
    return reverse("audit:event", args=[event.pk])


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    "who", ["officer", "triager", "facilitator", "coordinator", "practitioner", "manager", "administrator"]
)
def test_other_roles_may_not_open_them(who, request, sign_in, officer):
    record(DONE, by=officer)
    client = sign_in(request.getfixturevalue(who))
    for address in (EVENTS, UNATTRIBUTED, SEALS, page(Event.objects.earliest("id"))):
        assert client.get(address).status_code == 403


def test_an_auditor_of_another_force_sees_none_of_it(sign_in, outsider, officer, coordinator):
    case = make_referral(officer)
    record(DONE, by=officer, case=case)
    record(DONE, by=coordinator)
    client = sign_in(outsider)
    found = text(client.get(EVENTS))
    assert officer.full_name not in found
    assert coordinator.full_name not in found
    assert client.get(EVENTS, {"case": case.reference}).context["rows"] == []
    for event in Event.objects.filter(kind="test.done"):
        assert client.get(page(event)).status_code == 404


def test_each_row_says_when_who_what_which_case_and_from_where(sign_in, auditor, officer):
    case = make_referral(officer)
    record(SEEN, by=officer, case=case, who="<b>Amir</b>")
    shown = text(sign_in(auditor).get(EVENTS))
    assert "Amir Khan" in shown
    assert "Seen by &lt;b&gt;Amir&lt;/b&gt;" in shown
    assert case.reference in shown
    assert page(Event.objects.get(kind="test.seen")) in shown


def test_reading_the_trail_is_recorded(sign_in, auditor, officer):
    record(DONE, by=officer)
    event = Event.objects.get()
    client = sign_in(auditor)
    client.get(EVENTS, {"case": "IJ/2026/000001", "act": "alteration"})
    client.get(page(event))
    client.get(UNATTRIBUTED)
    listed, read, unattributed = Event.objects.filter(kind__startswith="audit.").order_by("id")
    assert listed.data == {"filters": {"case": "IJ/2026/000001", "act": "alteration"}}
    assert (read.act, read.actor, read.ids) == ("consultation", auditor.pk, [str(event.pk)])
    assert unattributed.kind == "audit.read_unattributed"


def test_the_list_is_filtered_by_person_case_act_kind_and_day(sign_in, auditor, officer, triager):
    case = make_referral(officer)
    record(SEEN, by=officer, case=case)
    record(DONE, by=triager)
    client = sign_in(auditor)

    def shown(**asked):
        return {row["event"].kind for row in client.get(EVENTS, asked).context["rows"]} & {"test.seen", "test.done"}

    assert shown() == {"test.seen", "test.done"}
    assert shown(person="amir") == {"test.seen"}
    assert shown(person=triager.email.upper()) == {"test.done"}
    assert shown(person="nobody") == set()
    assert shown(case=case.reference.lower()) == {"test.seen"}
    assert shown(case="IJ/2026/0") == set()
    assert shown(act="consultation") == {"test.seen"}
    assert shown(kind="test.done") == {"test.done"}
    assert shown(since_day="1", since_month="1", since_year="2020") == {"test.seen", "test.done"}
    assert shown(until_day="1", until_month="1", until_year="2020") == set()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"since_day": "31", "since_month": "2", "since_year": "2026"}, "must be a real date"),
        (
            {"since_day": "2", "since_month": "6", "since_year": "2026", "until_day": "1", "until_month": "6"}
            | {"until_year": "2026"},
            "not before the first, 2 June 2026",
        ),
        ({"act": "theft"}, "Select one of the choices"),
        ({"person": "x" * 300}, "254 characters or fewer"),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained(asked, says, sign_in, auditor):
    response = sign_in(auditor).get(EVENTS, asked)
    assert says in text(response)
    assert response.context["rows"] == []


@pytest.mark.parametrize("position", ["x", "0", "999999999999999999999999", "-1", "²"])
def test_a_position_that_makes_no_sense_is_the_first_page(position, sign_in, auditor, officer):
    record(DONE, by=officer)
    for name in ("before", "after"):
        assert sign_in(auditor).get(EVENTS, {name: position}).context["rows"]
    assert sign_in(auditor).get(UNATTRIBUTED, {"before": position}).status_code == 200


def test_the_pages_follow_each_other_without_gap_or_repeat(sign_in, auditor, officer):
    for place in range(120):
        record(DONE, by=officer, place=place)
    client = sign_in(auditor)
    first = client.get(EVENTS, {"kind": "test.done"})
    second = client.get(EVENTS + first.context["next"])
    third = client.get(EVENTS + second.context["next"])
    places = [row["event"].data["place"] for response in (first, second, third) for row in response.context["rows"]]
    assert places == list(range(119, -1, -1))
    assert third.context["next"] == ""
    back = client.get(EVENTS + third.context["previous"])
    assert [row["event"].pk for row in back.context["rows"]] == [row["event"].pk for row in second.context["rows"]]
    assert first.context["previous"] == ""


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_takes_as_many_queries_for_one_as_for_many(
    number, sign_in, auditor, officer, django_assert_max_num_queries
):
    for _ in range(number):
        record(DONE, by=officer, case=make_referral(officer))
    client = sign_in(auditor)
    with django_assert_max_num_queries(8):
        assert len(client.get(EVENTS, {"kind": "test.done"}).context["rows"]) == number


def test_every_kind_can_be_read_in_words():
    from audit.trail import in_words

    assert in_words("rj.item_done") == "RJ: item done"
    assert in_words("account.signed_in") == "Account: signed in"
    assert all(": " in in_words(name) for name in KINDS)


# --- one event, and what it changed ---------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db, client):
    """(auditor's client, officer) with everything committed, as the changes of each transaction stand apart."""
    force = make_force()
    make_provider(serves=[force])
    client.force_login(make_user("Harry Wood", force, "auditor"))
    return client, make_user("Amir Khan", force, "referrer")


@pytest.mark.django_db(transaction=True)
def test_an_event_shows_what_its_transaction_changed(committed):
    client, officer = committed
    case = make_referral(officer)
    with transaction.atomic():
        Referral.objects.filter(pk=case.pk).update(place="Market Place, <Derby>")
        record(DONE, by=officer, case=case, ids=[case.pk], hours=10)
        record(SEEN, by=officer, case=case)
    Referral.objects.filter(pk=case.pk).update(place="Elsewhere")
    shown = text(client.get(page(Event.objects.get(kind="test.done"))))
    assert "Bath Street, Ilkeston" in shown
    assert "Market Place, &lt;Derby&gt;" in shown
    assert "Elsewhere" not in shown
    assert case.reference in shown
    assert "hours: 10" in shown
    assert "test.seen" in shown  # the other event of the same transaction


@pytest.mark.django_db(transaction=True)
def test_an_event_that_changed_nothing_says_so(committed):
    client, officer = committed
    record(SEEN, by=officer)
    assert "nothing was changed" in text(client.get(page(Event.objects.get(kind="test.seen"))))


@pytest.mark.django_db(transaction=True)
def test_changes_with_no_event_are_listed(committed):
    client, officer = committed
    with transaction.atomic():
        case = make_referral(officer)
        record(DONE, by=officer, case=case)
    assert case.reference not in text(client.get(UNATTRIBUTED))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET place = 'Altered by hand' WHERE id = %s", [case.pk])
    shown = text(client.get(UNATTRIBUTED))
    assert "Altered by hand" in shown
    assert case.reference in shown
    assert Change.objects.latest("id").db_role in shown


@pytest.mark.django_db(transaction=True)
def test_of_rows_outside_any_case_only_the_columns_are_named(committed):
    client, officer = committed
    make_person(officer.organisation, "Zebedee", "Quill")
    shown = text(client.get(UNATTRIBUTED))
    assert "family_name" in shown
    assert "Quill" not in shown


@pytest.mark.django_db(transaction=True)
def test_changes_in_a_case_of_another_force_are_not_listed(committed):
    client, _ = committed
    elsewhere = make_user("Else Where", make_force("Elsewhere Police"), "referrer")
    case = make_referral(elsewhere)
    record(DONE, by=elsewhere, case=case)
    Referral.objects.filter(pk=case.pk).update(place="Altered by hand")
    assert "Altered by hand" not in text(client.get(UNATTRIBUTED))


@pytest.mark.django_db(transaction=True)
def test_changes_with_no_event_are_listed_page_by_page(committed):
    client, officer = committed
    Person.objects.bulk_create(
        Person(force=officer.organisation, given_names=str(place), family_name="X") for place in range(120)
    )
    seen, address = [], UNATTRIBUTED
    while address:
        context = client.get(address).context
        seen += [row["change"].pk for row in context["rows"]]
        address = UNATTRIBUTED + context["next"] if context["next"] else ""
    assert len(seen) == len(set(seen)) >= 120
    assert seen == sorted(seen, reverse=True)


# --- the seals --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_state_of_the_seals_is_shown(committed):
    client, officer = committed
    assert "Never" in text(client.get(SEALS))
    record(DONE, by=officer)
    waiting = Event.objects.count() + Change.objects.count()
    assert client.get(SEALS).context["seals"].unsealed == waiting
    if tasks.seal_trail():  # nothing older is open on this server
        state = client.get(SEALS).context["seals"]
        assert len(state.head) == 64
        assert state.head in text(client.get(SEALS))


def test_the_home_page_warns_when_nothing_seals(auditor, officer):
    record(DONE, by=officer)
    at = Event.objects.get().at
    (worklist,) = home.worklists(auditor, at.replace(year=at.year + 1))
    assert worklist.rows[0].text == "The trail is not being sealed"
    (worklist,) = home.worklists(auditor, at)
    assert all(row.text != "The trail is not being sealed" for row in worklist.rows)
    assert home.worklists(officer, at) == []
