"""What every row was and became, whichever way it was changed."""

import json

import pytest
from django.db import connection

from accounts.models import User
from audit.models import Change, Event
from audit.trail import Kind, record
from referrals.models import Person, Referral
from tests.factories import PASSWORD, make_person, make_referral

NOTED = Kind("test.noted", "Noted {what}, {missing}")


@pytest.fixture
def people(force):
    return [make_person(force, "Ann", "Lee"), make_person(force, "Bob", "Lee")]


def changes(**filters):
    return list(Change.objects.filter(**filters).order_by("id"))


def test_a_bulk_update_is_kept_row_by_row(people):
    for person in people:
        person.phone = "07700 900001"
    Person.objects.bulk_update(people, ["phone"])
    kept = changes(table="referrals_person", op="update")
    assert [change.row for change in kept] == [
        str(person.pk) for person in sorted(people, key=lambda p: kept[0].row != str(p.pk))
    ]
    assert all(change.old == {"phone": ""} and change.new == {"phone": "07700 900001"} for change in kept)


def test_an_update_of_a_queryset_is_kept(people):
    Person.objects.filter(family_name="Lee").update(family_name="Leigh")
    kept = changes(table="referrals_person", op="update")
    assert [(change.old, change.new) for change in kept] == [({"family_name": "Lee"}, {"family_name": "Leigh"})] * 2


def test_raw_sql_is_kept(people):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_person SET school = 'Ilkeston' WHERE given_names = 'Ann'")
        cursor.execute("SELECT session_user")
        role = cursor.fetchone()[0]
    (change,) = changes(table="referrals_person", op="update")
    assert (change.row, change.new, change.db_role) == (str(people[0].pk), {"school": "Ilkeston"}, role)


def test_a_bulk_insert_and_a_delete_are_kept_whole(force, people):
    Person.objects.bulk_create([Person(force=force, given_names="Cy", family_name="Dee")])
    assert changes(table="referrals_person", op="insert")[-1].new["given_names"] == "Cy"
    Person.objects.filter(given_names="Ann").delete()
    (change,) = changes(table="referrals_person", op="delete")
    assert (change.old["given_names"], change.new) == ("Ann", None)


def test_a_save_that_changes_nothing_leaves_no_trace(people):
    people[0].save()
    assert changes(table="referrals_person", op="update") == []


def test_a_change_says_which_case_it_belongs_to(officer):
    case = make_referral(officer)
    assert changes(table="referrals_referral")[0].case == case.pk
    assert changes(table="referrals_consent")[0].case == case.pk


def test_a_password_never_stands_in_it(officer):
    officer.set_password("another good password")
    officer.save()
    User.objects.filter(pk=officer.pk).update(last_login="2026-06-10 09:00Z")
    kept = json.dumps([[change.old, change.new] for change in changes(table="accounts_user")])
    assert officer.email in kept  # the row itself is there
    assert "password" not in kept
    assert "md5$" not in kept
    assert PASSWORD not in kept


def test_a_column_of_no_value_is_kept_when_it_gets_one(officer):
    case = make_referral(officer)
    Referral.objects.filter(pk=case.pk).update(gravity_score=None)
    change = changes(table="referrals_referral", op="update")[-1]
    assert change.old == {"gravity_score": 2, "version": 1}
    assert change.new == {"gravity_score": None, "version": 2}


def test_an_event_belongs_to_the_force_of_its_case_or_to_the_organisation_of_its_actor(officer, coordinator):
    record(NOTED, by=coordinator, case=make_referral(officer))
    record(NOTED, by=coordinator)
    record(NOTED)
    assert list(Event.objects.order_by("id").values_list("organisation", flat=True)) == [
        officer.organisation_id,
        coordinator.organisation_id,
        None,
    ]


def test_data_may_hold_any_name(officer):
    record(NOTED, by=officer, kind="apology", what="it")
    assert Event.objects.get().data == {"kind": "apology", "what": "it"}
