"""Which documents a provider sees is said when they are added, and can be said again later."""

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove
from referrals import operations
from tests.factories import NOW, make_active_case, make_document
from tests.referrals.factories import make_case
from tests.referrals.pages import shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider):
    return make_active_case(officer, provider)


def test_a_document_is_shown_to_the_provider_and_hidden_again(sign_in, officer, coordinator, case):
    document = make_document(case, officer, title="Signed agreement")
    assert url("show_document", case, document) in shown(sign_in(officer), url("documents", case))
    asked = shown(sign_in(officer), url("show_document", case, document))
    assert "Show “Signed agreement” to Remedi" in asked
    assert "Check that it names no victim" in asked
    done = sign_in(officer).post(url("show_document", case, document))
    assert (done.status_code, done["Location"]) == (302, url("documents", case))
    assert "Signed agreement" in shown(sign_in(coordinator), url("documents", case))
    assert url("hide_document", case, document) in shown(sign_in(officer), url("documents", case))
    sign_in(officer).post(url("hide_document", case, document))
    assert "Signed agreement" not in shown(sign_in(coordinator), url("documents", case))
    told = Event.objects.filter(kind__in=["document.shown", "document.hidden"]).order_by("id")
    assert [(event.kind, event.act, event.actor) for event in told] == [
        ("document.shown", "disclosure", officer.pk),
        ("document.hidden", "alteration", officer.pk),
    ]


def test_the_second_click_changes_nothing(sign_in, officer, case):
    document = make_document(case, officer, title="Agreement", for_provider=True)
    page = sign_in(officer).post(url("show_document", case, document))
    assert page.status_code == 409
    assert "The provider sees “Agreement” already." in page.content.decode()


def test_a_provider_neither_shows_nor_hides_and_nobody_hides_what_is_its_own(sign_in, officer, coordinator, case):
    theirs = make_document(case, coordinator, for_provider=True)
    ours = make_document(case, officer, for_provider=True)
    hidden = make_document(case, officer)
    for user, document, code in ((officer, theirs, 403), (coordinator, ours, 403), (coordinator, hidden, 404)):
        client = sign_in(user)
        assert url("hide_document", case, document) not in shown(client, url("documents", case))
        assert client.post(url("hide_document", case, document)).status_code == code
    ours.refresh_from_db()
    assert ours.for_provider


def test_a_closed_case_shows_what_it_showed(sign_in, officer, triager, provider):
    case = make_case("completed", officer, triager, provider)
    document = make_document(case, officer)
    assert sign_in(officer).post(url("show_document", case, document)).status_code == 409
    document.refresh_from_db()
    assert not document.for_provider


def test_a_document_that_was_removed_meanwhile_is_not_shown(officer, triager, case):
    document = make_document(case, officer)
    operations.remove_document(document, by=triager, because="Wrong case")
    with pytest.raises(IllegalMove, match="Carol Finch removed this document already"):
        operations.show_to_provider(document, by=officer, shown=True)
