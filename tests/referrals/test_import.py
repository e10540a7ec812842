"""Referrals from a file: every mistake first, nothing written; then all of them or none, once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from referrals.importing import operations
from referrals.importing.columns import COLUMNS
from referrals.models import Person, Referral, ReferralFile
from referrals.tasks import forget_old_files
from tests.factories import NOW, make_person, make_referral
from tests.referrals.files import file_of, row, sent
from tests.referrals.pages import shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(sign_in, officer):
    return sign_in(officer)


def check(client, *rows):
    return client.post(url("import"), {"file": file_of(*rows)})


def checked(client, *rows):
    """The file as it waits."""
    answer = check(client, *rows)
    assert answer.status_code == 302, answer.content.decode()
    return ReferralFile.objects.get()


def told(client, *rows):
    """What the page says is wrong: (line, column, what)."""
    answer = check(client, *rows)
    assert answer.status_code == 422, answer.content.decode()
    return [(problem.line, problem.column, problem.what) for problem in answer.context["problems"]]


def counts():
    return Referral.objects.count(), Person.objects.count(), ReferralFile.objects.count(), Event.objects.count()


# --- the check --------------------------------------------------------------------------------------------------------


def test_a_file_that_is_right_waits_and_nothing_is_made(client):
    file = checked(client, row(1), row(2))
    assert [kept["line"] for kept in file.rows] == [2, 3]
    assert not Referral.objects.exists()
    assert not Person.objects.exists()
    assert not Event.objects.filter(kind="referral.drafted").exists()
    page = shown(client, url("confirm_import", file))
    assert "Import 2 referrals from referrals.csv?" in page
    assert "Make 2 drafts" in page
    assert "Submit 2 referrals now" in page


def test_every_mistake_of_every_row_is_told_with_its_line_and_column_and_nothing_is_kept(client):
    before = counts()
    found = told(
        client,
        row(1),
        row(2, date_of_birth="31/02/1999", hours_set="lots", disposal="comunity_resolution"),
        row(3, given_names="", offence_at="01/06/2999 16:00", consent_given_on="01/06/2999"),
        row(4, offence_at="01/06/2999 16:00", disposal_at="2999-06-01 16:00", sufficient_evidence="maybe"),
    )
    assert [(line, column) for line, column, _ in found] == [
        (3, "date_of_birth"), (3, "disposal"), (3, "hours_set"), (4, "given_names"), (4, "consent_given_on"),
        (5, "sufficient_evidence"), (5, "offence_at"), (5, "disposal_at"),
    ]  # fmt: skip
    says = {(line, column): what for line, column, what in found}
    assert says[3, "disposal"] == "“comunity_resolution” is not a code of this list. Did you mean community_resolution?"
    assert says[3, "hours_set"] == "“lots” is not a whole number. Enter the hours as a whole number from 1 to 300."
    assert says[4, "given_names"] == "Enter the first names."
    assert counts() == before


@pytest.mark.parametrize(
    ("fields", "column", "what"),
    [
        ({"date_of_birth": "1999"}, "date_of_birth", "“1999” is not a date. Enter the date of birth"),
        ({"date_of_birth": "1/2/99"}, "date_of_birth", "“1/2/99” is not a date."),
        ({"date_of_birth": "2027-01-01"}, "date_of_birth", "The date of birth must not be in the future."),
        ({"offence_at": "01/06/2026"}, "offence_at", "“01/06/2026” is not a date and a time. Enter when it happened"),
        ({"offence_at": "29/03/2026 01:30"}, "offence_at", "There was no such time: the clocks went forward"),
        ({"hours_set": "301"}, "hours_set", "Enter the hours as a whole number from 1 to 300."),
        ({"gravity_score": "6"}, "gravity_score", "Enter the gravity score, 1 to 5."),
        ({"email": "sam"}, "email", "Enter a"),
        ({"given_names": "x" * 101}, "given_names", "Use 100 characters or fewer."),
        ({"sex": "other"}, "sex", "“other” is not a code of this list. Enter one of female, male, not_stated."),
        ({"ethnicity": "Martian"}, "ethnicity", "“Martian” is not a code of this list. Enter the ethnicity"),
        ({"victim_view": "Sad."}, "victim_kind", "Enter person, business or community."),
        ({"victim_kind": "person"}, "victim_given_names", "Enter the victim’s name."),
        ({"victim_kind": "business"}, "victim_organisation", "Enter the name of the business"),
        ({"parent_given_names": "Jo"}, "parent_family_name", "Enter the parent or carer’s last name."),
        ({"consent_given_by": ""}, "consent_given_by", "Enter who signed."),
        ({"consent_kinds": "take_part dance"}, "consent_kinds", "“dance” is not a code of this list."),
        ({"circumstances": "x" * 4001}, "circumstances", "Use 4000 characters or fewer."),
    ],
)
def test_a_fault_is_told_where_it_is_with_what_to_enter(client, fields, column, what):
    found = told(client, row(1, **fields))
    assert any(found_column == column and says.startswith(what) for _, found_column, says in found), found


def test_codes_may_be_entered_in_words_and_dates_either_way(client):
    file = checked(
        client,
        row(
            1, offence="Criminal damage", district="EREWASH", date_of_birth="1999-02-01", offence_at="2026-06-01T16:00"
        ),
    )
    operations.import_file(file, by=file.owner)
    case = Referral.objects.get()
    assert (case.offence_id, case.district_id) == ("criminal_damage", "erewash")
    assert case.offence_at.isoformat() == "2026-06-01T15:00:00+00:00"  # by the clock on the wall, in summer


def test_an_hour_that_comes_twice_is_the_first(client):
    file = checked(client, row(1, offence_at="26/10/2025 01:30"))
    operations.import_file(file, by=file.owner)
    assert Referral.objects.get().offence_at.isoformat() == "2025-10-26T00:30:00+00:00"


def test_the_template_is_read_as_it_is_but_for_its_example(client):
    template = client.get(url("import_template"))
    assert template["Content-Type"].startswith("text/csv")
    assert template.content.decode("utf-8-sig").splitlines()[0].split(",") == list(COLUMNS)
    answer = client.post(url("import"), {"file": sent(template.content)})
    assert answer.status_code == 422
    assert [problem.what for problem in answer.context["problems"]] == [
        "This is the example of the template. Take the line out."
    ]


def test_the_example_of_the_template_could_be_submitted(client):
    template = client.get(url("import_template")).content.decode("utf-8-sig").replace("Example", "Other")
    answer = client.post(url("import"), {"file": sent(template)})
    assert answer.status_code == 302, answer.context["problems"]
    assert not operations.findings_of(ReferralFile.objects.get())


def test_the_page_of_the_columns_explains_each_with_its_codes(client):
    page = shown(client, url("import_columns"))
    assert not [name for name in COLUMNS if f'key">{name}<' not in page]
    assert "<strong>criminal_damage</strong>: Criminal damage" in page


def test_no_file_and_an_empty_file_are_told(client):
    assert "Choose the file to check" in client.post(url("import")).content.decode()
    assert "The file is empty" in client.post(url("import"), {"file": sent("")}).content.decode()


def test_what_rules_say_keeps_rows_from_being_submitted_but_not_from_being_drafts(client):
    file = checked(client, row(1), row(2, hours_set="40"), row(3, place="", domestic_abuse="yes"))
    found = [(finding.line, finding.column) for finding in operations.findings_of(file)]
    assert found == [(3, "hours_reason"), (4, "place"), (4, "domestic_abuse")]
    page = shown(client, url("confirm_import", file))
    assert "Make 3 drafts" in page
    assert "Submit 3 referrals now" not in page
    answer = client.post(url("confirm_import", file), {"submit": "1"})
    assert answer.status_code == 422
    assert "Line 3, column hours_reason" in answer.content.decode()
    assert not Referral.objects.exists()


def test_a_check_costs_the_same_for_each_row_and_the_look_for_matches_once(client):
    def cost(count):
        with CaptureQueriesContext(connection) as asked:
            assert check(client, *(row(number) for number in range(count))).status_code == 302
        return len(asked)

    assert cost(5) - cost(3) == cost(3) - cost(1)


# --- the import -------------------------------------------------------------------------------------------------------


def test_drafts_are_made_of_every_row(client, officer):
    file = checked(client, row(1, victim_kind="business", victim_organisation="Corner shop"), row(2))
    answer = client.post(url("confirm_import", file))
    assert answer["Location"] == f"{url('list')}?tab=drafts"
    cases = list(Referral.objects.order_by("reference"))
    assert [case.participant.family_name for case in cases] == ["Lowe1", "Lowe2"]
    assert {(case.status, case.referred_by) for case in cases} == {("draft", officer)}
    assert cases[0].victims.get().organisation_name == "Corner shop"
    assert cases[1].consents.count() == 2
    assert "2 drafts" in shown(client, answer["Location"])
    event = Event.objects.get(kind="referral.imported")
    assert event.ids == [str(case.pk) for case in cases]
    assert Event.objects.filter(kind="referral.drafted").count() == 2
    file.refresh_from_db()
    assert file.rows == []


def test_referrals_are_submitted_at_once_if_the_officer_says_so(client):
    answer = client.post(url("confirm_import", checked(client, row(1), row(2))), {"submit": "1"})
    assert answer["Location"] == f"{url('list')}?tab=waiting"
    assert set(Referral.objects.values_list("status", flat=True)) == {"submitted"}


def test_it_is_all_or_nothing(client, officer):
    """What was right when it was checked may be wrong now: a code of the third row is no longer valid."""
    file = checked(client, row(1), row(2), row(3))
    file.rows[2]["texts"]["disposal"] = "no_such_code"
    file.save()
    before = counts()
    answer = client.post(url("confirm_import", file))
    assert answer.status_code == 422
    assert "Line 4, column disposal" in answer.content.decode()
    assert "Nothing was imported." in answer.content.decode()
    assert counts() == before
    file.refresh_from_db()
    assert file.imported_at is None
    assert len(file.rows) == 3


def test_two_presses_import_once(client):
    file = checked(client, row(1))
    assert client.post(url("confirm_import", file)).status_code == 302
    again = client.post(url("confirm_import", file))
    assert again.status_code == 409
    assert Referral.objects.get().reference in again.content.decode()
    assert "referrals.csv was imported" in shown(client, url("confirm_import", file))


def test_a_file_is_its_owners_alone(client, sign_in, other_officer, triager):
    file = checked(client, row(1))
    for stranger, status in ((other_officer, 404), (triager, 403)):
        client.force_login(stranger)
        assert client.get(url("confirm_import", file)).status_code == status
        assert client.post(url("confirm_import", file)).status_code == status
    assert not Referral.objects.exists()


def test_a_file_is_forgotten_after_a_day(client):
    checked(client, row(1))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert forget_old_files() == 0
    with time_machine.travel(NOW + timedelta(days=1, seconds=1), tick=False):
        assert forget_old_files() == 1
    assert not ReferralFile.objects.exists()


# --- what may be here already -----------------------------------------------------------------------------------------


def test_a_row_that_is_there_twice_must_be_looked_at(client):
    file = checked(client, row(1), row(2), row(1, given_names="SAM"))
    page = shown(client, url("confirm_import", file))
    assert "The same incident number and person as line 2." in page
    answer = client.post(url("confirm_import", file))
    assert answer.status_code == 422
    assert "Confirm that you have looked at the row that may be here already" in answer.content.decode()
    assert not Referral.objects.exists()
    assert client.post(url("confirm_import", file), {"knowingly": "true"}).status_code == 302
    assert Referral.objects.count() == 3


def existing(officer, **fields):
    person = make_person(officer.organisation, "Sam", "Lowe1", date_of_birth="1999-02-01")
    return make_referral(officer, participant=person, **{"incident_number": "26000110001", **fields})


def test_a_referral_that_exists_is_named_to_who_may_see_it(client, officer):
    case = existing(officer, status="submitted")
    page = shown(client, url("confirm_import", checked(client, row(1))))
    assert f"{case.reference} is a referral of this person for this incident." in page
    assert [str(case.participant_id)] in Event.objects.filter(kind="person.searched").values_list("ids", flat=True)


def test_a_referral_that_exists_is_only_hinted_at_to_others(client, other_officer):
    case = existing(other_officer, status="submitted")
    page = shown(client, url("confirm_import", checked(client, row(1))))
    assert "There is a referral of this person for this incident already. Ask the triage team." in page
    assert case.reference not in page


def test_somebody_elses_draft_is_not_given_away(client, other_officer):
    existing(other_officer)
    page = shown(client, url("confirm_import", checked(client, row(1))))
    assert "already" not in page.split("<main")[1].replace("may be on record already", "")


def test_somebody_on_record_is_shown_and_gets_a_new_record(client, officer):
    case = existing(officer, status="submitted", incident_number="1")
    file = checked(client, row(1))
    assert "May already be on record" in shown(client, url("confirm_import", file))
    assert client.post(url("confirm_import", file)).status_code == 302
    made = Referral.objects.exclude(pk=case.pk).get()
    assert made.participant_id != case.participant_id


def test_another_forces_people_are_not_looked_at(client, outsider):
    existing(outsider, status="submitted")
    assert "None found" in shown(client, url("confirm_import", checked(client, row(1))))
