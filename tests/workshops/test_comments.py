"""What parents, carers and victims say; what of it may be quoted."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from referrals.models import Referral
from tests.factories import make_person, make_victim
from tests.workshops.factories import make_booking, make_ready_case, make_ready_child
from workshops import operations, rules
from workshops.models import Comment, FeedbackLink

GIVEN = {"answers": dict.fromkeys(rules.STATEMENTS, True)}


@pytest.fixture
def child(officer, provider, triager, coordinator):
    """A child's case, with a parent and a victim, at work with Ellen Marsh."""
    mother = make_person(officer.organisation, "Rita", "Ashe")
    case = make_ready_child(officer, provider, triager=triager, caseworker=coordinator, parent_or_carer=mother)
    make_victim(case)
    return case


def page(case):
    return reverse("workshops:comments", args=[case.pk])


def ask(client, case, who):
    answer = client.post(page(case), {"who": who})
    return answer.context["address"] if answer.status_code == 200 else answer


def test_a_parent_says_once_what_they_think(child, officer, sign_in):
    address = ask(sign_in(officer), child, "parent")
    phone = Client(enforce_csrf_checks=True)
    html = phone.get(address).content.decode()
    for personal in (child.participant.given_names, child.participant.family_name, child.reference):
        assert personal not in html
    empty = phone.post(address, {"text": "", "may_be_quoted": "true"})
    assert "Write what you want to tell us" in empty.content.decode()
    assert phone.post(address, {"text": "He talks to us again.", "may_be_quoted": "true"}).status_code == 302
    comment = Comment.objects.get()
    assert (comment.case, comment.who, comment.may_be_quoted) == (child, "parent", True)
    assert phone.post(address, {"text": "Twice."}).status_code == 404
    assert "He talks to us again." in sign_in(officer).get(page(child)).content.decode()


def test_a_victim_is_asked_and_heard_by_officer_and_triager_only(child, officer, triager, coordinator, sign_in):
    for user in (officer, triager):
        operations.leave_comment(ask(sign_in(user), child, "victim").rsplit("/", 2)[1], text="Nobody rang me.")
    for user in (officer, triager):
        assert "Nobody rang me." in sign_in(user).get(page(child)).content.decode()
    client = sign_in(coordinator)
    html = client.get(page(child)).content.decode()
    assert "Nobody rang me." not in html
    assert "victim" not in html.lower()
    assert client.post(page(child), {"who": "victim"}).status_code == 404
    assert "/workshops/say/" in ask(client, child, "parent")


@pytest.mark.parametrize("who", ["participant", "", "anybody"])
def test_nobody_else_is_asked_this_way(who, child, officer, sign_in):
    assert sign_in(officer).post(page(child), {"who": who}).status_code == 404
    assert not FeedbackLink.objects.exists()


def test_nobody_is_asked_whom_the_case_does_not_name(officer, provider, sign_in):
    case = make_ready_case(officer, provider)
    client = sign_in(officer)
    assert "no parent, carer or victim" in client.get(page(case)).content.decode()
    answer = client.post(page(case), {"who": "parent"}, follow=True)
    assert "This case names no parent or carer." in answer.content.decode()


def test_a_new_link_ends_the_one_that_the_parent_had(child, officer, sign_in):
    client = sign_in(officer)
    first, second = (ask(client, child, "parent") for _ in range(2))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_each_of_two_victims_has_a_link(child, officer, sign_in):
    make_victim(child)
    client = sign_in(officer)
    addresses = [ask(client, child, "victim") for _ in range(2)]
    assert [Client().get(address).status_code for address in addresses] == [200, 200]


def test_a_link_for_a_comment_takes_no_statements_and_the_other_way_round(
    child, session, officer, facilitator, case, after
):
    from audit.trail import IllegalMove

    parent = operations.make_comment_link(child, "parent", by=officer)
    booking = make_booking(case, session, status="attended")
    after()
    link = operations.make_link(booking, by=facilitator)
    with pytest.raises(IllegalMove):
        operations.answer_link(parent, **GIVEN)
    with pytest.raises(IllegalMove):
        operations.leave_comment(link, text="x")


def test_the_trail_says_that_a_comment_was_given_and_not_what(child, officer):
    operations.leave_comment(operations.make_comment_link(child, "parent", by=officer), text="He talks again.")
    event = Event.objects.get(kind="comment.given")
    assert (event.actor, event.case, event.data) == (None, child.pk, {"who": "parent"})


def test_the_page_of_the_case_leads_there(child, officer, sign_in):
    html = sign_in(officer).get(reverse("referrals:detail", args=[child.pk])).content.decode()
    assert page(child) in html


# --- quotes ---------------------------------------------------------------------------------------------------------


def test_managers_read_what_may_be_quoted_without_names(
    child, case, session, officer, facilitator, manager, sign_in, after
):
    booking = make_booking(case, session, status="attended")
    after()
    operations.record_feedback(booking, by=facilitator, **GIVEN, comment="Made me think.", may_be_quoted=True)
    for text, quoted in (("A fresh start.", True), ("Keep this to yourselves.", False)):
        operations.leave_comment(
            operations.make_comment_link(child, "parent", by=officer), text=text, may_be_quoted=quoted
        )
    html = sign_in(manager).get(reverse("workshops:quotes")).content.decode()
    assert html.index("A fresh start.") < html.index("A parent or carer") < html.index("Made me think.")
    assert "A participant" in html
    assert "Keep this" not in html
    for personal in ("Jordan", case.reference, child.reference, "Ilkeston"):
        assert personal not in html
    assert Event.objects.filter(kind="comment.quotes_read").count() == 1


def test_another_forces_quotes_are_not_there(child, officer, outsider, sign_in):
    operations.leave_comment(
        operations.make_comment_link(child, "parent", by=officer), text="Ours.", may_be_quoted=True
    )
    assert "Ours." not in sign_in(outsider).get(reverse("workshops:quotes")).content.decode()


def test_a_restricted_case_opens_its_comments_to_those_named_on_it(child, officer, triager, other_officer, sign_in):
    Referral.objects.filter(pk=child.pk).update(restricted=True)
    assert sign_in(other_officer).get(page(child)).status_code == 404
    assert "Why do you need to open it?" in sign_in(officer).get(page(child)).content.decode()


def test_the_figures_lead_to_the_quotes(manager, sign_in):
    page = sign_in(manager).get(reverse("reporting:figures"))
    assert reverse("workshops:quotes") in page.content.decode()
