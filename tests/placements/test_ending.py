"""The end of community work: the report to the officer, a correction of it, and the participant's certificate."""

import io

import page as page_validation
import pypdf
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from rest_framework.test import APIClient

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from placements import operations
from placements.models import CompletionReport, Site
from placements.rules.ending import check_may_report, check_what_changed
from referrals import operations as case_operations
from referrals.models import Document, Referral
from tests.factories import NOW, make_provider, make_victim
from tests.placements import learning
from tests.placements.factories import (
    make_coordinator,
    make_credit,
    make_placement,
    make_session,
    make_site,
    outcome,
)
from tests.placements.pages import text_of, url
from tests.placements.test_at_once import at_once

pytestmark = pytest.mark.django_db

WORDS = "He came on time and worked well.\n\nThe garden would have him back."


# --- when there may be one, without a database ------------------------------------------------------------------------

RUNS = {"credited": 240, "left": 360, "placed": True, "open_sites": ["the garden"], "closed": False, "waiting": 0}


@pytest.mark.parametrize(
    "allowed",
    [
        {"left": 0},
        {"left": 0, "open_sites": []},
        {"open_sites": []},  # the placement has ended
        {"closed": True},
        {"closed": True, "waiting": 2},
        {"closed": True, "credited": 0, "left": 600},
        {"placed": False, "left": 0},  # all of it on courses
    ],
)
def test_a_report_may_be_made_once_the_work_has_ended(allowed):
    check_may_report(**{**RUNS, **allowed})


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ({}, "6 hours are left to do, and the placement at the garden goes on"),
        ({"open_sites": ["A", "B"]}, "at A and B"),
        ({"left": 0, "waiting": 1}, "1 work session has no outcome yet"),
        ({"open_sites": [], "waiting": 3}, "3 work sessions have no outcome yet"),
        ({"placed": False, "credited": 0, "open_sites": []}, "nothing to report"),
        ({"placed": False, "credited": 0, "closed": True}, "nothing to report"),
    ],
)
def test_before_that_it_says_why_not(refused, said):
    with pytest.raises(IllegalMove, match=said):
        check_may_report(**{**RUNS, **refused})


def test_a_second_report_says_what_differs():
    check_what_changed(1, "Ellen Marsh", "10 June 2026", "")
    check_what_changed(2, "Ellen Marsh", "10 June 2026", "One session more.")
    with pytest.raises(Refusal, match="Report 1 was made by Ellen Marsh on 10 June 2026"):
        check_what_changed(2, "Ellen Marsh", "10 June 2026", "  ")


# --- the report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def done(case, placement, coordinator, provider):
    """Ten hours: eight in two gardens, two on a course with a qualification; once absent, once not as asked."""
    other = make_placement(case, make_site(provider, "Heanor Park", activity_id="clean_up"), coordinator)
    course = learning.make_course(provider)
    enrolment = learning.make_passed(case, course, coordinator)
    make_credit(placement, 300, "2026-06-01 09:00", **_by(coordinator))
    make_credit(other, 180, "2026-06-03 09:00", **_by(coordinator))
    make_session(placement, "2026-06-04 09:00", outcome=outcome("unacceptable_absence"), **_by(coordinator))
    make_session(placement, "2026-06-05 09:00", outcome=outcome("absent_medical"), **_by(coordinator))
    learning.make_credited(enrolment, coordinator, 120)
    return case


def _by(user):
    return {"recorded_by": user, "recorded_at": NOW, "notes": "Quarrelled with the warden."}


def words_of(pdf):
    return " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def make(case, by, **more):
    return operations.report_completion(case, by=by, **{"in_words": WORDS, **more})


def bytes_of(report):
    with default_storage.open(str(report.document.file)) as file:
        return file.read()


def test_the_officer_finds_it_among_the_documents_and_is_told(done, coordinator, officer, triager, sign_in):
    client = sign_in(coordinator)
    page = client.post(url("report_completion", done), {"in_words": WORDS}, follow=True)
    assert "Report 1 is with the officers" in text_of(page)
    document = Document.objects.get(kind="report")
    client = sign_in(officer)
    assert "Completion report 1" in text_of(client.get(reverse("referrals:documents", args=[done.pk])))
    answer = client.get(reverse("referrals:get_document", args=[done.pk, document.pk]))
    said = words_of(b"".join(answer.streaming_content))
    for words in (
        "Completion report 1", done.reference, "Jordan Ashe", "born 4 March 1998", "Amir Khan, 2214", "Set 10 hours",
        "Done and credited 10 hours", "All hours are done.", "Ilkeston Community Garden", "5 hours", "Heanor Park",
        "3 hours", "Courses Learning 2 hours", "Came and did what was asked 2", "without a good reason 1",
        "with a good reason 1", "Food safety", "He came on time", "Ellen Marsh Remedi",
    ):  # fmt: skip
        assert words in said, words
    assert Notice.objects.filter(user=officer, sentence__contains="has a report on the end").count() == 1
    assert not Notice.objects.filter(user=coordinator).exists()
    event = Event.objects.get(kind="completion.reported")
    assert (event.act, event.case, event.data["number"]) == ("disclosure", done.pk, 1)


def test_it_holds_no_victim_and_nothing_that_the_officer_may_not_read(done, coordinator):
    victim = make_victim(done)
    said = words_of(bytes_of(make(done, coordinator)))
    for secret in (victim.person.family_name, victim.view, "Quarrelled", "Sam Ashe", "Bath Street", "victim"):
        assert secret not in said, secret


def test_what_it_says_in_figures_is_frozen(done, coordinator):
    report = make(done, coordinator)
    Site.objects.filter(name="Heanor Park").update(name="Elsewhere")
    report.refresh_from_db()
    assert report.facts["sites"] == [
        {"site": "Heanor Park", "activity": "Clean-up", "minutes": 180},
        {"site": "Ilkeston Community Garden", "activity": "Community garden", "minutes": 300},
    ]
    assert (report.facts["credited"], report.facts["by_courses"], report.facts["left"]) == (600, 120, 0)
    assert report.facts["sessions"] == {"attended": 2, "not_done": 0, "excused": 1, "absent": 1, "unknown": 0}
    assert (report.facts["first_on"], report.facts["last_on"]) == ("2026-06-01", "2026-06-03")


def test_a_correction_is_a_new_number_that_says_what_changed(done, coordinator, provider, sign_in):
    make(done, coordinator)
    client = sign_in(make_coordinator(provider))
    page = client.post(url("report_completion", done), {"in_words": "Better said."})
    assert page.status_code in (200, 422)
    assert "Enter what differs from the report before" in text_of(page)
    assert "Better said." in page.content.decode()
    client.post(url("report_completion", done), {"in_words": "Better said.", "changed_because": "Two sessions more"})
    second = CompletionReport.objects.get(number=2)
    assert "This report takes the place of report 1 of 10 June 2026. What differs: Two sessions more" in words_of(
        bytes_of(second)
    )
    assert CompletionReport.objects.get(number=1).in_words == WORDS
    assert "Two sessions more" in text_of(client.get(url("report_completion", done)))


def test_while_the_work_goes_on_the_page_says_why_not_and_nothing_is_made(
    case, placement, session, coordinator, sign_in
):
    client = sign_in(coordinator)
    assert "1 work session has no outcome yet" in text_of(client.get(url("report_completion", case)))
    page = client.post(url("report_completion", case), {"in_words": WORDS})
    assert page.status_code == 409
    assert "He came on time" in page.content.decode()
    session.delete()
    assert "10 hours are left to do" in text_of(client.get(url("report_completion", case)))
    assert not CompletionReport.objects.exists()
    assert not Document.objects.exists()


def test_of_an_ended_placement_and_a_closed_case_it_says_so(case, placement, coordinator, triager):
    placement.status, placement.end_reason_id = (
        "ended",
        type(placement).end_reason.field.related_model.objects.first().pk,
    )
    placement.save()
    Referral.objects.filter(pk=case.pk).update(status="returned", closed_at=NOW)
    said = words_of(bytes_of(make(case, coordinator)))
    assert "The placement at Ilkeston Community Garden ended early" in said
    assert "The case is returned to the officer, since 10 June 2026." in said
    assert "0 minutes" in said


def test_the_provider_cannot_take_it_back_and_the_triage_team_can(done, coordinator, triager):
    report = make(done, coordinator)

    def opened(user):
        return Document.objects.get(pk=report.document_id), Referral.objects.with_permissions_of(user).get(pk=done.pk)

    with pytest.raises(Refusal, match="ask the triage team"):
        case_operations.remove_document(opened(coordinator)[0], by=coordinator, because="Wrong")
    case_operations.remove_document(opened(triager)[0], by=triager, because="It named the victim")
    assert Document.objects.get(pk=report.document_id).removed_by == triager
    client = APIClient()
    client.force_authenticate(coordinator)
    (told,) = client.get(f"/api/referrals/{done.pk}/completion-reports/").json()
    assert (told["number"], told["in_words"]) == (1, "")
    second = make(done, coordinator, changed_because="The first named Robin Vale")
    document = Document.objects.get(pk=second.document_id)
    case_operations.remove_document(document, by=triager, because="So does this one")
    assert "Robin Vale" not in client.get(f"/api/referrals/{done.pk}/completion-reports/").content.decode()


def test_nobody_adds_a_report_by_hand(done, officer, sign_in):
    page = sign_in(officer).get(reverse("referrals:add_document", args=[done.pk]))
    assert 'value="report"' not in page.content.decode()


@pytest.mark.parametrize("which", ["report", "certificate"])
def test_both_pass_every_check_of_pdf_ua_1(which, done, coordinator, tmp_path):
    path = tmp_path / "file.pdf"
    pdf = bytes_of(make(done, coordinator)) if which == "report" else operations.certify_work(done, by=coordinator)
    path.write_bytes(pdf)
    result = page_validation.validate_pdf(str(path), profile=page_validation.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures


@pytest.mark.django_db(transaction=True)
def test_of_two_who_report_at_once_one_is_told_of_the_other(done, coordinator, provider):
    gita = make_coordinator(provider)
    said = at_once(*(lambda by=by: make(done, by) for by in (coordinator, gita)))
    refused = [refusal for refusal in said if refusal]
    assert len(refused) == 1
    assert "Report 1 was made by" in refused[0].sentence
    report = CompletionReport.objects.get()
    assert default_storage.exists(str(report.document.file))
    folders = default_storage.listdir("documents")[0]
    assert sum(len(default_storage.listdir(f"documents/{folder}")[1]) for folder in folders) == 1


def test_where_the_rows_fail_the_bytes_are_gone(done, coordinator, monkeypatch):
    def broken(**fields):
        raise RuntimeError("no room")

    monkeypatch.setattr(Document.objects, "create", broken)
    with pytest.raises(RuntimeError):
        make(done, coordinator)
    folders = default_storage.listdir("documents")[0] if default_storage.exists("documents") else []
    assert not [name for folder in folders for name in default_storage.listdir(f"documents/{folder}")[1]]
    assert not CompletionReport.objects.exists()


# --- the certificate --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "officer", "triager"])
def test_the_certificate_says_what_was_done_and_nothing_of_why(who, done, request, sign_in):
    make_victim(done)
    client = sign_in(request.getfixturevalue(who))
    assert url("certificate", done) in client.get(reverse("referrals:detail", args=[done.pk])).content.decode()
    answer = client.get(url("certificate", done))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="certificate-of-community-work.pdf"'
    said = words_of(answer.content)
    for words in (
        "Jordan Ashe", "did 10 hours of community work with Remedi", "between 1 June 2026 and 9 June 2026",
        "Community garden", "Clean-up", "2 hours of it on courses", "Food safety", "Remedi, 10 June 2026",
    ):  # fmt: skip
        assert words in said, words
    for secret in (
        done.reference, "Police", "Immediate", "OFFICIAL", "damage", "Poole", "Ilkeston", "Bath Street", "resolution",
    ):  # fmt: skip
        assert secret not in said, secret
    event = Event.objects.get(kind="completion.certified")
    assert (event.act, event.case) == ("disclosure", done.pk)


def test_a_certificate_of_part_of_the_hours_says_that_part(case, placement, coordinator):
    make_credit(placement, 210)
    assert "did 3 hours 30 minutes of community work" in words_of(operations.certify_work(case, by=coordinator))


def test_a_certificate_names_with_whom_the_work_was_done(case, placement, force, coordinator):
    """Also where another provider has the case now."""
    make_credit(placement, 210)
    other = make_provider("Amber Trust", [force])
    Referral.objects.filter(pk=case.pk).update(provider=other)
    case.refresh_from_db()
    said = words_of(operations.certify_work(case, by=make_coordinator(other)))
    assert "did 3 hours 30 minutes of community work with Remedi" in said
    assert "Amber Trust, 10 June 2026" in said
    make_credit(make_placement(case, make_site(other, "Their garden"), coordinator), 30, "2026-06-01 09:00")
    case.refresh_from_db()
    both = words_of(operations.certify_work(case, by=coordinator))
    assert "did 4 hours of community work with Amber Trust and Remedi" in both


def test_a_certificate_of_hours_on_courses_alone_says_that_they_are(case, placement, provider, coordinator):
    enrolment = learning.make_passed(case, learning.make_course(provider), coordinator)
    learning.make_credited(enrolment, coordinator, 60)
    said = words_of(operations.certify_work(case, by=coordinator))
    assert "did 1 hour of community work with Remedi on 9 June 2026. What they did 1 hour of it on courses" in said


def test_before_anything_is_credited_there_is_none(case, placement, coordinator, sign_in):
    client = sign_in(coordinator)
    answer = client.get(url("certificate", case))
    assert answer.status_code == 422
    assert "only once hours are credited" in text_of(answer)
    assert url("certificate", case) not in client.get(url("hours", case)).content.decode()
    assert not Event.objects.filter(kind="completion.certified").exists()


def test_others_get_none_and_a_restricted_one_needs_a_reason(done, other_officer, facilitator, officer, sign_in):
    assert sign_in(other_officer).get(url("certificate", done)).status_code == 404
    assert sign_in(facilitator).get(url("certificate", done)).status_code == 403
    Referral.objects.filter(pk=done.pk).update(restricted=True)
    client = sign_in(officer)
    assert "Why do you need to open it?" in text_of(client.get(url("certificate", done)))
    sent = {"case": done.pk, "to": url("certificate", done), "reason_to_open": "The family asked"}
    assert client.post(reverse("referrals:say_why"), sent, follow=True)["Content-Type"] == "application/pdf"
    assert Event.objects.get(kind="completion.certified").data["reason"] == "The family asked"


@pytest.mark.parametrize(("who", "status"), [("officer", 403), ("triager", 403), ("facilitator", 403)])
def test_only_the_provider_reports(who, status, done, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert client.post(url("report_completion", done), {"in_words": WORDS}).status_code == status
    assert not CompletionReport.objects.exists()


def test_who_is_not_named_on_a_restricted_case_does_not_report_on_it(done, provider, sign_in):
    Referral.objects.filter(pk=done.pk).update(restricted=True)
    client = sign_in(make_coordinator(provider))
    assert client.post(url("report_completion", done), {"in_words": WORDS}).status_code == 404
    assert not CompletionReport.objects.exists()
