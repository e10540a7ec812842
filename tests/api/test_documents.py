"""Documents over the API: the same operations, permissions and rows as the pages."""

import pytest
import time_machine
from django.core.files.storage import default_storage

from audit.models import Event
from referrals.models import Document
from tests.factories import NOW, make_active_case, make_document, make_referral
from tests.referrals import uploads
from tests.referrals.factories import make_case
from tests.referrals.uploads import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(officer, provider):
    return make_active_case(officer, provider)


def address(case, document=None, verb=""):
    return f"/api/referrals/{case.pk}/documents/" + (f"{document.pk}/{verb}/" if document else "")


def sent(**fields):
    return {"kind": "statement", "title": "Statement of the manager", "file": upload(), **fields}


@time_machine.travel(NOW)
def test_a_document_is_added_listed_taken_and_removed(api_as, officer, case, django_capture_on_commit_callbacks):
    client = api_as(officer)
    made = client.post(address(case), sent())
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["filename"], body["media_type"], body["size"]) == ("statement.pdf", "application/pdf", len(PDF))
    assert (body["scan"], body["for_provider"], body["added_by"]) == ("not_scanned", False, "Amir Khan")
    assert "file" not in body  # where it is stored is nobody's business
    assert client.get(address(case)).json() == [body]
    document = Document.objects.get()
    taken = client.get(address(case, document, "file"))
    assert b"".join(taken.streaming_content) == PDF
    assert taken["Content-Disposition"] == 'attachment; filename="statement.pdf"'
    assert taken["Content-Type"] == "application/pdf"
    assert taken["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert taken["Cache-Control"] == "no-store"
    with django_capture_on_commit_callbacks(execute=True):
        gone = client.post(address(case, document, "remove"), {"because": "Wrong case"}, format="json")
    assert gone.status_code == 204
    assert client.get(address(case)).json() == []
    assert client.get(address(case, document, "file")).status_code == 404
    assert not default_storage.exists(document.file.name)
    kinds = Event.objects.filter(kind__startswith="document.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["document.added", "document.disclosed", "document.removed", "document.erased"]


def test_a_document_sent_again_with_its_key_is_kept_once(api_as, officer, case, settings):
    client = api_as(officer)
    first = client.post(address(case), sent(), headers={"Idempotency-Key": "a-1"})
    again = client.post(address(case), sent(), headers={"Idempotency-Key": "a-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Document.objects.count() == 1
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1
    other = client.post(address(case), sent(file=upload(PDF + b"\n%%EOF")), headers={"Idempotency-Key": "a-1"})
    assert other.status_code == 422
    assert "already used for another request" in other.json()["detail"]
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1


def test_a_key_stays_free_after_a_refusal(api_as, officer, case):
    client, key = api_as(officer), {"Idempotency-Key": "a-2"}
    assert client.post(address(case), sent(file=upload(uploads.EXE)), headers=key).status_code == 422
    assert client.post(address(case), sent(), headers=key).status_code == 201


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ({"file": upload(uploads.EXE)}, 422, "but looks like a program"),
        ({"file": upload(b"")}, 422, "is empty"),
        ({"file": upload(uploads.HTML, "page.html")}, 422, "not of a kind that is kept"),
        ({"file": "not a file"}, 400, "file"),
        ({"kind": "secret"}, 400, "kind"),
        ({"title": "x" * 121}, 400, "title"),
        ({"title": " "}, 400, "title"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(api_as, officer, case, settings, fault, code, words):
    answer = api_as(officer).post(address(case), sent(**fault))
    assert answer.status_code == code, answer.content
    assert words in answer.content.decode()
    assert not Document.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_the_same_file_and_a_closed_case_answer_409(api_as, officer, triager, provider, case):
    client = api_as(officer)
    client.post(address(case), sent())
    assert client.post(address(case), sent()).status_code == 409
    closed = make_case("completed", officer, triager, provider)
    assert client.post(address(closed), sent()).status_code == 409


def test_a_provider_sees_and_adds_only_its_own_share(api_as, officer, coordinator, case):
    hidden, marked = make_document(case, officer), make_document(case, officer, for_provider=True)
    client = api_as(coordinator)
    assert [row["id"] for row in client.get(address(case)).json()] == [str(marked.pk)]
    assert client.get(address(case, hidden, "file")).status_code == 404
    assert client.post(address(case, hidden, "remove"), {"because": "x"}, format="json").status_code == 404
    assert client.post(address(case, marked, "remove"), {"because": "x"}, format="json").status_code == 403
    assert client.post(address(case), sent(for_provider=False)).json()["for_provider"] is True


def test_another_force_finds_nothing(api_as, officer, outsider, case):
    document, client = make_document(case, officer), api_as(outsider)
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case), sent()).status_code == 404
    assert client.get(address(case, document, "file")).status_code == 404


def test_a_restricted_case_asks_why(api_as, officer):
    case = make_referral(officer, status="submitted", restricted=True, restricted_because="A colleague’s son.")
    document, client = make_document(case, officer), api_as(officer)
    for ask in (client.get, client.post):
        assert ask(address(case)).status_code == 422
    assert client.get(address(case, document, "file")).status_code == 422
    taken = client.get(address(case, document, "file"), headers={"X-Reason": "The officer asked"})
    assert taken.status_code == 200
    assert Event.objects.get(kind="referral.read").data == {"reason": "The officer asked"}


def test_a_document_is_shown_to_the_provider(api_as, officer, coordinator, case):
    document = make_document(case, officer)
    answer = api_as(officer).post(address(case, document, "show"), {"for_provider": True}, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["for_provider"] is True
    assert [row["id"] for row in api_as(coordinator).get(address(case)).json()] == [str(document.pk)]
    again = api_as(officer).post(address(case, document, "show"), {"for_provider": True}, format="json")
    assert again.status_code == 409


def test_a_document_that_was_removed_since_is_not_said_to_be_added(api_as, officer, case):
    client, key = api_as(officer), {"Idempotency-Key": "a-1"}
    client.post(address(case), sent(), headers=key)
    gone = client.post(address(case, Document.objects.get(), "remove"), {"because": "Wrong case"}, format="json")
    assert gone.status_code == 204
    again = client.post(address(case), sent(), headers=key)
    assert again.status_code == 409
    assert "removed this document already" in again.json()["detail"]
    assert Document.objects.get().removed_at


@pytest.mark.parametrize("takes", ["application/pdf", "image/png", "application/json", "*/*"])
def test_a_file_is_given_to_whoever_takes_only_its_kind_and_a_refusal_in_json(takes, api_as, officer, case):
    client, headers = api_as(officer), {"Accept": takes}
    made = client.post(address(case), sent()).json()
    file = client.get(f"{address(case)}{made['id']}/file/", headers=headers)
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    missing = client.get(f"{address(case)}{case.pk}/file/", headers=headers)
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/json")
