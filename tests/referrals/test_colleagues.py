"""Who shares a case: the officer who referred, and those they name."""

from functools import partial

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals import operations
from referrals.lifecycle import Status
from referrals.models import Referral
from tests.factories import NOW, make_referral, make_user
from tests.referrals.factories import make_case
from tests.referrals.pages import shown, url
from tests.referrals.test_lifecycle import at_once, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer):
    return make_referral(officer, status="submitted")


def names(case):
    return sorted(officer.full_name for officer in case.named_officers.all())


def events(case, kind):
    return Event.objects.filter(kind=f"referral.{kind}", case=case.pk)


# --- the verbs ------------------------------------------------------------------------------------------------------


def test_a_named_officer_sees_the_case_until_removed(case, officer, other_officer):
    def sees():
        return Referral.objects.visible_to(other_officer, "referrals.refer").filter(pk=case.pk).exists()

    assert not sees()
    operations.name_colleague(case, by=officer, colleague=other_officer)
    assert sees()
    operations.remove_colleague(case, by=officer, colleague=other_officer)
    assert not sees()
    for kind in ("colleague_named", "colleague_removed"):
        event = events(case, kind).get()
        assert (event.actor, event.ids, event.data["colleague"]) == (officer.pk, [str(other_officer.pk)], "Beth Lowe")


def test_one_who_is_named_may_name_and_remove_others(case, officer, other_officer, force):
    third = make_user("Cal Stone", force, "referrer")
    operations.name_colleague(case, by=officer, colleague=other_officer)
    operations.name_colleague(case, by=other_officer, colleague=third)
    operations.remove_colleague(case, by=third, colleague=other_officer)
    assert names(case) == ["Cal Stone"]


@pytest.mark.parametrize("status", Status)
def test_a_case_in_any_status_can_be_shared(status, officer, other_officer, triager, provider):
    case = make_case(status, officer, triager, provider)
    operations.name_colleague(case, by=officer, colleague=other_officer)
    assert names(case) == ["Beth Lowe"]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("officer", "You see"),
        ("outsider", "Name an officer of Derbyshire Police who refers people."),
        ("triager", "Name an officer of Derbyshire Police who refers people."),
        ("left", "Name an officer of Derbyshire Police who refers people."),
    ],
)
def test_only_another_referring_officer_of_the_force_is_named(who, sentence, case, officer, force, request):
    if who == "left":
        colleague = make_user("Lee Gone", force, "referrer", is_active=False)
    else:
        colleague = request.getfixturevalue(who)
    with pytest.raises(Refusal, match=sentence):
        operations.name_colleague(case, by=officer, colleague=colleague)
    assert names(case) == []
    assert not events(case, "colleague_named").exists()


def test_nobody_is_named_or_removed_twice(case, officer, other_officer):
    operations.name_colleague(case, by=officer, colleague=other_officer)
    with pytest.raises(IllegalMove, match="Beth Lowe is already named"):
        operations.name_colleague(case, by=officer, colleague=other_officer)
    operations.remove_colleague(case, by=officer, colleague=other_officer)
    with pytest.raises(IllegalMove, match="Beth Lowe is not named"):
        operations.remove_colleague(case, by=officer, colleague=other_officer)
    assert (events(case, "colleague_named").count(), events(case, "colleague_removed").count()) == (1, 1)


def test_one_who_is_named_cannot_name_the_referring_officer_nor_leave(case, officer, other_officer):
    operations.name_colleague(case, by=officer, colleague=other_officer)
    with pytest.raises(Refusal, match="Amir Khan made"):
        operations.name_colleague(case, by=other_officer, colleague=officer)
    with pytest.raises(Refusal, match="ask Amir Khan"):
        operations.remove_colleague(case, by=other_officer, colleague=other_officer)
    assert names(case) == ["Beth Lowe"]


def test_one_removed_in_the_meantime_names_nobody(case, officer, other_officer, force):
    with pytest.raises(Refusal, match="no longer named"):
        operations.name_colleague(case, by=other_officer, colleague=make_user("Cal Stone", force, "referrer"))
    assert names(case) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_names_and_the_other_is_told(case, officer, other_officer):
    step = partial(operations.name_colleague, case, by=officer, colleague=other_officer)
    (told,) = refused(at_once(step, step))
    assert isinstance(told, IllegalMove)
    assert names(case) == ["Beth Lowe"]
    assert events(case, "colleague_named").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remove_each_other_at_once_one_stays(case, officer, other_officer, force):
    third = make_user("Cal Stone", force, "referrer")
    case.named_officers.add(other_officer, third)
    outcomes = at_once(
        partial(operations.remove_colleague, case, by=other_officer, colleague=third),
        partial(operations.remove_colleague, case, by=third, colleague=other_officer),
    )
    assert len(refused(outcomes)) == 1
    assert len(names(case)) == 1


# --- the page -------------------------------------------------------------------------------------------------------


def found(client, case, text):
    page = client.post(url("colleagues", case), {"looked_for": text})
    assert page.status_code == 200
    return page.content.decode()


def test_an_officer_finds_names_and_removes_a_colleague(case, officer, other_officer, sign_in):
    client = sign_in(officer)
    assert f'href="{url("colleagues", case)}"' in shown(client, url("detail", case))
    assert "No colleague is named yet." in shown(client, url("colleagues", case))
    assert "Buxton SNT" in found(client, case, "beth")

    page = client.post(url("colleagues", case), {"verb": "name", "colleague": other_officer.pk}, follow=True)
    assert "Beth Lowe is named on" in page.content.decode()
    assert "Beth Lowe" in shown(client, url("detail", case))
    assert shown(sign_in(other_officer), url("detail", case))

    page = sign_in(officer).post(
        url("colleagues", case), {"verb": "remove", "colleague": other_officer.pk}, follow=True
    )
    assert "Beth Lowe is no longer named on" in page.content.decode()
    assert sign_in(other_officer).get(url("detail", case)).status_code == 404


@pytest.mark.parametrize("text", ["beth lowe", "LOWE", "3301", "beth.lowe@derbyshire", "lowe 3301"])
def test_a_colleague_is_found_by_name_collar_number_or_email(text, case, officer, other_officer, sign_in):
    assert "Buxton SNT" in found(sign_in(officer), case, text)


@pytest.mark.parametrize("text", ["oscar", "neighbouring", "oscar.reed@neighbouring-police.example", "Carol", "330"])
def test_nobody_of_another_force_or_role_is_found(text, case, officer, outsider, triager, other_officer, sign_in):
    page = found(sign_in(officer), case, text)
    assert "answers to" in page
    assert not [name for name in ("Oscar Reed", "Carol Finch", "Buxton SNT") if name in page]


def test_one_who_left_is_not_found_but_can_be_removed(case, officer, force, sign_in):
    left = make_user("Lee Gone", force, "referrer", is_active=False)
    case.named_officers.add(left)
    client = sign_in(officer)
    assert "answers to" in found(client, case, "gone")
    client.post(url("colleagues", case), {"verb": "remove", "colleague": left.pk})
    assert names(case) == []


def test_those_on_the_case_are_shown_without_a_button(case, officer, other_officer, sign_in):
    case.named_officers.add(other_officer)
    client = sign_in(officer)
    assert "Already named" in found(client, case, "lowe")
    assert 'value="name"' not in found(client, case, "lowe")
    assert found(client, case, "khan").count("Made this referral") == 2
    assert 'value="name"' not in found(client, case, "khan")


def test_no_more_than_twenty_are_listed(case, officer, force, sign_in):
    for number in range(22):
        make_user(f"Pat Moss{number:02}", force, "referrer")
    page = found(sign_in(officer), case, "moss")
    assert "These are the first 20." in page
    assert page.count('value="name"') == 20


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "Enter a name, collar number or email address"), ("x", "Enter at least 2 characters"), ("a\x00b", "Null")],
)
def test_a_search_that_cannot_be_made_is_explained(text, message, case, officer, sign_in):
    page = found(sign_in(officer), case, text)
    assert message in page
    assert "<title>Error: " in page


def test_what_is_typed_stays_and_marks_of_a_pattern_are_only_letters(case, officer, other_officer, sign_in):
    page = found(sign_in(officer), case, "%%")
    assert "Buxton SNT" not in page
    assert 'value="%%"' in page


@pytest.mark.parametrize("verb", ["name", "remove"])
@pytest.mark.parametrize("who", ["outsider", "nonsense", "nobody"])
def test_an_officer_of_another_force_cannot_be_sent_either(verb, who, case, officer, outsider, sign_in):
    colleague = {"outsider": str(outsider.pk), "nonsense": "x\x00", "nobody": ""}[who]
    page = sign_in(officer).post(url("colleagues", case), {"verb": verb, "colleague": colleague})
    assert "<title>Error: " in page.content.decode()
    assert "Oscar Reed" not in page.content.decode()
    assert names(case) == []


def test_the_second_click_is_told_and_the_page_stands(case, officer, other_officer, sign_in):
    client, sent = sign_in(officer), {"verb": "name", "colleague": other_officer.pk, "looked_for": "lowe"}
    assert client.post(url("colleagues", case), sent).status_code == 302
    page = client.post(url("colleagues", case), sent)
    assert page.status_code == 409
    assert "Beth Lowe is already named" in page.content.decode()
    assert 'value="lowe"' in page.content.decode()


def test_the_page_is_for_the_cases_own_officers_only(case, officer, other_officer, triager, outsider, sign_in):
    for who, status in ((other_officer, 404), (outsider, 404), (triager, 403)):
        for method in ("get", "post"):
            sent = {"verb": "name", "colleague": who.pk}
            assert getattr(sign_in(who), method)(url("colleagues", case), sent).status_code == status
    assert "Colleagues on this case" not in shown(sign_in(triager), url("detail", case))


def test_a_draft_leads_there_too(officer, sign_in):
    case = make_referral(officer)
    assert f'href="{url("colleagues", case)}"' in shown(sign_in(officer), url("draft", case))
