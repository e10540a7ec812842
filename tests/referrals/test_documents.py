"""Documents of a case: added, seen, taken and removed, by those who may."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals import operations
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document
from tests.factories import NOW, make_active_case, make_document, make_referral, make_user
from tests.referrals import uploads
from tests.referrals.factories import make_case
from tests.referrals.pages import shown, url
from tests.referrals.test_lifecycle import at_once
from tests.referrals.uploads import PDF, picture, upload

pytestmark = pytest.mark.django_db
OPEN = [status for status in Status if status not in CLOSED]


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider):
    return make_active_case(officer, provider)


def add(case, by, **fields):
    given = {"upload": upload(), "kind": "statement", "title": "Statement of the shop’s manager", **fields}
    return operations.add_document(case, by=by, **given)


def sent(**fields):
    return {"kind": "statement", "title": "Statement of the shop’s manager", "file": upload(), **fields}


def events(kind):
    return Event.objects.filter(kind=f"document.{kind}")


def text(page):
    return page.content.decode()


# --- adding ---------------------------------------------------------------------------------------------------------


def test_an_officer_adds_a_document(sign_in, officer, case):
    page = sign_in(officer).post(url("add_document", case), sent(file=upload(name="C:\\My files\\state\u202ement.PDF")))
    assert (page.status_code, page["Location"]) == (302, url("documents", case))
    document = Document.objects.get()
    assert (document.case, document.added_by, document.added_at) == (case, officer, NOW)
    assert (document.filename, document.media_type, document.size) == ("statement.pdf", "application/pdf", len(PDF))
    assert document.for_provider is False
    assert document.file.read() == PDF
    event = events("added").get()
    assert (event.act, event.case, event.ids) == ("collection", case.pk, [str(document.pk)])
    assert event.data["document"] == "statement"
    assert "manager" not in str(event.data)
    listed = shown(sign_in(officer), url("documents", case))
    assert "Statement of the shop’s manager" in listed
    assert f"statement.pdf ({len(PDF)}" in listed
    assert "Amir Khan, Derbyshire Police" in listed
    assert "10 June 2026, 10:00" in listed


def test_it_is_stored_under_a_name_that_tells_nothing_and_nothing_can_run_it(officer, case, settings):
    first, second = add(case, officer), add(case, officer, upload=upload(PDF + b"\n%%EOF"))
    for document in (first, second):
        assert re.fullmatch(r"documents/[0-9a-f]{2}/[0-9a-f]{32}", document.file.name)
    assert first.file.name != second.file.name
    path = settings.MEDIA_ROOT / first.file.name
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.parent.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("size", [100, 3 * 1024 * 1024])
def test_small_and_large_files_arrive_whole(sign_in, officer, case, size, settings):
    """Django keeps the first in memory and the second in a file of its own."""
    data = PDF + bytes(size) + b"\n%%EOF\n"
    assert sign_in(officer).post(url("add_document", case), sent(file=upload(data))).status_code == 302
    document = Document.objects.get()
    assert document.file.read() == data
    assert (settings.MEDIA_ROOT / document.file.name).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("status", OPEN)
def test_an_officer_adds_and_removes_in_any_open_case(sign_in, status, officer, triager, provider):
    case = make_case(status, officer, triager, provider)
    client = sign_in(officer)
    assert client.post(url("add_document", case), sent()).status_code == 302
    document = Document.objects.get()
    assert "Add a document" in shown(client, url("documents", case))
    assert client.post(url("remove_document", case, document), {"because": "Wrong case"}).status_code == 302


@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_case_is_only_read(sign_in, status, officer, triager, provider):
    case = make_case(status, officer, triager, provider)
    document, client = make_document(case, officer), sign_in(officer)
    page = shown(client, url("documents", case))
    assert "Its documents can only be read" in page
    assert url("add_document", case) not in page
    assert url("remove_document", case, document) not in page
    assert client.get(url("get_document", case, document)).status_code == 200
    for address, given in (
        (url("add_document", case), sent()),
        (url("remove_document", case, document), {"because": "Wrong case"}),
    ):
        assert client.get(address).status_code == 409
        refused = client.post(address, given)
        assert refused.status_code == 409
        assert "can only be read" in text(refused)
    with pytest.raises(IllegalMove):
        add(case, officer)
    assert Document.objects.filter(removed_at=None).count() == 1


def test_a_case_that_closes_while_the_page_is_open_takes_nothing(officer, case, settings):
    type(case).objects.filter(pk=case.pk).update(
        status="completed", closed_at=NOW
    )  # the instance at hand still says active
    with pytest.raises(IllegalMove, match="can only be read"):
        add(case, officer)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_bad_input_is_explained_and_what_was_typed_is_still_there(sign_in, officer, case):
    page = sign_in(officer).post(url("add_document", case), {"title": "Statement of “Jo”", "file": upload()})
    assert "Select what kind" in text(page) or "Answer the question" in text(page)
    assert "Select the file again" in text(page)
    assert 'value="Statement of “Jo”"' in text(page)
    page = sign_in(officer).post(url("add_document", case), {"kind": "statement", "title": " "})
    assert "Enter a few words that say what the document is" in text(page)
    assert "Select a file" in text(page)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (uploads.EXE, "statement.pdf", "but looks like a program"),
        (uploads.SVG, "drawing.svg", "not of a kind that is kept"),
        (b"", "statement.pdf", "is empty"),
        (PDF + bytes(10 * 1024 * 1024), "statement.pdf", "The file is 10.0 MB. It must be 10 MB or smaller"),
    ],
)
def test_a_file_that_is_not_kept_is_refused_beside_its_field(sign_in, officer, case, settings, data, name, sentence):
    page = sign_in(officer).post(url("add_document", case), sent(file=upload(data, name)))
    assert page.status_code == 422
    assert sentence in text(page)
    assert 'href="#id_file"' in text(page)
    assert not Document.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_the_limit_on_size_is_a_setting(officer, case, settings):
    settings.LARGEST_FILE_MB = 1
    with pytest.raises(Refusal, match="It must be 1 MB or smaller"):
        add(case, officer, upload=upload(PDF + bytes(1024 * 1024)))


def test_a_case_has_so_many_documents_and_no_more(officer, case, settings):
    settings.MOST_DOCUMENTS = 2
    first = add(case, officer)
    add(case, officer, upload=upload(picture("PNG"), "a.png"))
    with pytest.raises(Refusal, match="has 2 documents, which is as many as it can have"):
        add(case, officer, upload=upload(picture("JPEG"), "a.jpg"))
    operations.remove_document(first, by=officer, because="Wrong case")
    add(case, officer, upload=upload(picture("JPEG"), "a.jpg"))


def test_the_same_file_again_is_refused_with_who_added_it(sign_in, officer, triager, case):
    add(case, officer, title="Statement")
    page = sign_in(triager).post(url("add_document", case), sent())
    assert page.status_code == 409
    assert "already among the documents: “Statement”, added by Amir Khan on 10 June 2026 at 10:00" in text(page)


def test_a_form_sent_twice_adds_one_document(sign_in, officer, case, settings):
    client = sign_in(officer)
    key = re.search(r'name="once" value="(\w+)"', shown(client, url("add_document", case)))[1]
    for _ in range(2):
        page = client.post(url("add_document", case), sent(once=key))
        assert (page.status_code, page["Location"]) == (302, url("documents", case))
    assert Document.objects.count() == 1
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1
    assert client.post(url("add_document", case), sent(once=key, title="Other words")).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_last_document_at_once_do_not_both(officer, case, settings):
    settings.MOST_DOCUMENTS = 1
    given = [upload(PDF), upload(picture("PNG"), "a.png")]
    done = at_once(*(lambda file=file: add(case, officer, upload=file) for file in given))
    assert sum(isinstance(result, Refusal) for result in done) == 1
    assert Document.objects.count() == 1


# --- who sees what --------------------------------------------------------------------------------------------------


def test_a_provider_sees_what_is_marked_for_it_and_adds_its_own(sign_in, officer, coordinator, case):
    theirs = make_document(case, officer, title="Statement that names Mary")
    marked = make_document(case, officer, title="Signed agreement", for_provider=True)
    client = sign_in(coordinator)
    page = shown(client, url("documents", case))
    assert "Signed agreement" in page
    assert "Statement that names Mary" not in page
    assert "Seen by" not in page
    assert client.get(url("get_document", case, theirs)).status_code == 404
    assert client.get(url("remove_document", case, theirs)).status_code == 404
    assert client.get(url("get_document", case, marked)).status_code == 200
    assert "The provider may see it" not in shown(client, url("add_document", case))
    client.post(url("add_document", case), sent(title="Assessment", for_provider=""))
    assert Document.objects.get(title="Assessment").for_provider is True
    assert "Assessment" in shown(client, url("documents", case))


def test_a_provider_is_not_told_that_a_hidden_document_is_the_same(officer, coordinator, case):
    add(case, officer)
    assert add(case, coordinator).for_provider is True


@pytest.mark.parametrize("role", ["practitioner", "facilitator", "manager", "auditor", "administrator"])
def test_others_do_not_see_documents(sign_in, request, role, case, officer):
    client, document = sign_in(request.getfixturevalue(role)), make_document(case, officer)
    for name, keys in (
        ("documents", [case]), ("add_document", [case]), ("get_document", [case, document]),
        ("remove_document", [case, document]),
    ):  # fmt: skip
        assert client.get(url(name, *keys)).status_code == 403, name


def test_another_officer_and_another_force_find_no_document(sign_in, other_officer, outsider, case, officer):
    document = make_document(case, officer)
    for user in (other_officer, outsider):
        client = sign_in(user)
        for name, keys in (
            ("documents", [case]), ("add_document", [case]), ("get_document", [case, document]),
            ("remove_document", [case, document]),
        ):  # fmt: skip
            assert client.get(url(name, *keys)).status_code == 404
        assert client.post(url("add_document", case), sent()).status_code == 404
        assert client.post(url("remove_document", case, document), {"because": "x"}).status_code == 404
    assert Document.objects.filter(removed_at=None).count() == 1


def test_a_document_is_found_in_its_own_case_only(sign_in, officer, case):
    document, other = make_document(case, officer), make_referral(officer)
    client = sign_in(officer)
    assert client.get(url("get_document", other, document)).status_code == 404
    assert client.post(url("remove_document", other, document), {"because": "x"}).status_code == 404


def test_an_officer_taken_off_the_case_meanwhile_adds_nothing(officer, other_officer, case):
    case.named_officers.add(other_officer)
    case.named_officers.remove(other_officer)
    with pytest.raises(Refusal, match="does not open to you any more") as refused:
        add(case, other_officer)
    assert refused.value.status == 403
    assert not Document.objects.exists()


# --- taking ---------------------------------------------------------------------------------------------------------


def test_a_document_is_sent_as_an_attachment_in_which_nothing_runs(sign_in, officer, case):
    document = make_document(case, officer, filename='Mülle"r’s statement; x.pdf')
    page = sign_in(officer).get(url("get_document", case, document))
    assert b"".join(page.streaming_content) == b"%PDF-1.4\nA statement.\n%%EOF\n"
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"] == (
        "attachment; filename*=utf-8''M%C3%BClle%22r%E2%80%99s%20statement%3B%20x.pdf"
    )
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert page["Cache-Control"] == "no-store"
    assert int(page["Content-Length"]) == document.size
    event = events("disclosed").get()
    assert (event.act, event.actor, event.ids) == ("disclosure", officer.pk, [str(document.pk)])
    assert event.data["sha256"] == document.sha256


def test_the_disclosure_is_recorded_before_the_first_byte_goes(sign_in, officer, case):
    page = sign_in(officer).get(url("get_document", case, make_document(case, officer)))
    assert events("disclosed").count() == 1  # nothing of page.streaming_content was read yet
    page.close()


@pytest.mark.parametrize("harm", ["lost", "altered", "cut"])
def test_bytes_that_are_not_those_that_were_added_are_not_sent(sign_in, officer, case, settings, harm, caplog):
    document = make_document(case, officer)
    path = settings.MEDIA_ROOT / document.file.name
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-1.4\nOther.\n%%EOF\n" if harm == "altered" else path.read_bytes()[:5])
    page = sign_in(officer).get(url("get_document", case, document))
    assert page.status_code == 503
    assert "cannot be read from where it is kept" in text(page)
    assert str(document.pk) in caplog.text
    assert not events("disclosed").exists()


def test_a_document_is_only_asked_for(sign_in, officer, case):
    assert sign_in(officer).post(url("get_document", case, make_document(case, officer))).status_code == 405


# --- removing -------------------------------------------------------------------------------------------------------


def test_a_removed_document_is_gone_its_bytes_too_and_the_row_says_why(
    sign_in, officer, case, django_capture_on_commit_callbacks
):
    document, client = make_document(case, officer), sign_in(officer)
    assert "cannot be brought back" in shown(client, url("remove_document", case, document))
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(url("remove_document", case, document), {"because": "Added to the wrong case"})
    assert (page.status_code, page["Location"]) == (302, url("documents", case))
    name, checksum = document.file.name, document.sha256
    document.refresh_from_db()
    assert (document.removed_by, document.removed_at, document.sha256) == (officer, NOW, checksum)
    assert document.removed_because == "Added to the wrong case"
    assert not document.file
    assert not default_storage.exists(name)
    assert client.get(url("get_document", case, document)).status_code == 404
    assert client.get(url("remove_document", case, document)).status_code == 404
    assert "No documents yet" in shown(client, url("documents", case))
    assert events("removed").get().actor == officer.pk
    erased = events("erased").get()
    assert (erased.act, erased.actor, erased.data["sha256"]) == ("erasure", officer.pk, checksum)


def test_a_removal_takes_a_reason(sign_in, officer, case):
    document = make_document(case, officer)
    page = sign_in(officer).post(url("remove_document", case, document), {"because": " "})
    assert "Enter why you are removing it" in text(page)
    document.refresh_from_db()
    assert document.removed_at is None


def test_the_second_who_removes_hears_who_was_first(officer, triager, case):
    document = make_document(case, officer)
    operations.remove_document(document, by=triager, because="Wrong case")
    with pytest.raises(IllegalMove, match="Carol Finch removed this document already, on 10 June 2026 at 10:00"):
        operations.remove_document(document, by=officer, because="Wrong case")


def test_each_side_removes_its_own_and_the_triage_team_any(sign_in, officer, coordinator, triager, case):
    ours = make_document(case, officer, for_provider=True)
    theirs = make_document(case, coordinator, for_provider=True)
    for user, document, may in (
        (coordinator, ours, False), (officer, theirs, False), (coordinator, theirs, True), (triager, ours, True),
    ):  # fmt: skip
        client = sign_in(user)
        assert (url("remove_document", case, document) in shown(client, url("documents", case))) is may
        page = client.post(url("remove_document", case, document), {"because": "Wrong case"})
        assert page.status_code == (302 if may else 403)
        if not may:
            assert "ask the triage team to remove it" in text(page)


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_newest_stand_first_and_an_empty_list_says_what_belongs_there(sign_in, officer, case):
    client = sign_in(officer)
    assert "Statements, photographs, the disposal form or a signed consent" in shown(client, url("documents", case))
    make_document(case, officer, title="Older", added_at=NOW - timedelta(days=1))
    make_document(case, officer, title="Newer", added_at=NOW)
    page = shown(client, url("documents", case))
    assert page.index("Newer") < page.index("Older")


def test_the_list_of_a_draft_leads_back_to_its_sections(sign_in, officer):
    draft = make_referral(officer)
    page = shown(sign_in(officer), url("documents", draft))
    assert url("draft", draft) in page
    assert "This case" not in page


def test_the_list_costs_the_same_however_many_there_are(sign_in, officer, case, django_assert_max_num_queries, force):
    client = sign_in(officer)
    for many in (1, 30):
        for number in range(Document.objects.count(), many):
            colleague = make_user(f"Officer {number}", force, "referrer")
            make_document(case, colleague, data=f"%PDF-1.4 {number} %%EOF".encode())
        with django_assert_max_num_queries(10):
            client.get(url("documents", case))


def test_the_timeline_says_that_there_was_a_document_and_not_what_it_is(sign_in, officer, case):
    document = add(case, officer, title="Mary Poole’s words")
    operations.remove_document(document, by=officer, because="Names Mary Poole")
    page = shown(sign_in(officer), url("detail", case))
    assert "Document added: statement" in page
    assert "Document removed: statement" in page
    assert "Mary Poole" not in page


def test_what_was_typed_beside_a_file_is_kept_until_it_is_added(sign_in, officer, case):
    client, address = sign_in(officer), url("add_document", case)
    client.post(reverse("keep_text"), {"kept_path": address, "kind": "consent", "title": "Signed agreement"})
    assert 'value="Signed agreement"' in shown(client, address)
    client.post(address, sent(title="Signed agreement"))
    assert 'value="Signed agreement"' not in shown(client, address)
