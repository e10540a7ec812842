"""The certificate of attendance."""

import io

import page as page_validation
import pypdf
import pytest
from django.urls import reverse

from audit.models import Event
from referrals.models import Referral
from tests.workshops.factories import make_booking
from workshops import operations


@pytest.fixture
def came(case, session, after):
    booking = make_booking(case, session, status="attended")
    after()
    return booking


def address(booking):
    return reverse("workshops:certificate", args=[booking.pk])


def test_it_says_who_attended_what_and_when_and_nothing_of_why(came, facilitator, sign_in):
    answer = sign_in(facilitator).get(address(came))
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="certificate-of-attendance.pdf"'
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    for said in ("Jordan Ashe", "ASB awareness workshop", "Thursday 11 June 2026", "2 hours", "Derbyshire Police"):
        assert said in text
    for secret in (came.case.reference, "damage", came.case.circumstances[:20]):
        assert secret not in text
    assert len(document.pages) == 1


def test_it_passes_every_check_of_pdf_ua_1(came, facilitator, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(operations.certify(came, by=facilitator))
    result = page_validation.validate_pdf(str(path), profile=page_validation.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures


def test_that_it_left_the_system_is_in_the_trail_and_the_timeline(came, triager, sign_in):
    client = sign_in(triager)
    client.get(address(came))
    event = Event.objects.get(kind="certificate.made")
    assert (event.act, event.case, event.actor) == ("disclosure", came.case_id, triager.pk)
    assert (
        "Certificate of attendance made"
        in client.get(reverse("referrals:happened", args=[came.case_id])).content.decode()
    )


@pytest.mark.parametrize("who", ["officer", "triager", "coordinator"])
def test_the_page_of_the_case_offers_it(who, came, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert address(came) in client.get(reverse("referrals:detail", args=[came.case_id])).content.decode()
    assert client.get(address(came)).status_code == 200


def test_the_page_of_the_session_offers_it(came, facilitator, sign_in):
    page = sign_in(facilitator).get(reverse("workshops:session", args=[came.session_id]))
    assert address(came) in page.content.decode()


@pytest.mark.parametrize("status", ["booked", "did_not_attend"])
def test_there_is_none_for_somebody_who_did_not_attend(status, case, session, facilitator, after, sign_in):
    booking = make_booking(case, session, status=status)
    after()
    answer = sign_in(facilitator).get(address(booking))
    assert answer.status_code == 422
    assert "only for somebody who is recorded as attended" in answer.content.decode()
    assert not Event.objects.filter(kind="certificate.made").exists()


def test_of_a_restricted_case_it_opens_to_those_named_on_it(
    came, facilitator, officer, other_officer, triager, sign_in
):
    Referral.objects.filter(pk=came.case_id).update(restricted=True)
    for user in (facilitator, other_officer, triager):
        assert sign_in(user).get(address(came)).status_code == 404
    assert "Why do you need to open it?" in sign_in(officer).get(address(came)).content.decode()


def test_other_officers_get_none(came, other_officer, sign_in):
    assert sign_in(other_officer).get(address(came)).status_code == 404


def test_the_trail_says_why_that_of_a_restricted_case_was_made(came, officer, sign_in):
    Referral.objects.filter(pk=came.case_id).update(restricted=True)
    client = sign_in(officer)
    told = {"case": came.case_id, "to": address(came), "reason_to_open": "The family asked"}
    assert client.post(reverse("referrals:say_why"), told, follow=True)["Content-Type"] == "application/pdf"
    assert Event.objects.get(kind="certificate.made").data["reason"] == "The family asked"
