"""Mentoring and courses over the API: the same verbs as on the pages, sent twice without harm."""

from datetime import date

import pytest
import time_machine

from audit.models import Event
from placements.models import Course, CourseSession, Enrolment, MentoringContact
from referrals.models import Document, Referral
from tests.factories import NOW
from tests.placements.factories import at, make_coordinator, make_ready_case
from tests.placements.learning import make_contact, make_course, make_enrolment, make_passed
from tests.referrals.uploads import upload

pytestmark = pytest.mark.django_db
CONTACT = {
    "starts_at": "2026-06-09T13:00:00Z",
    "minutes": 45,
    "way": "video",
    "outcome": "took_place",
    "about": "Work.",
}
COURSE = {"title": "First aid", "awarding_body": "Northern Awards", "level": "3", "online": False, "sessions": 3}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, coordinator):
    return make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))


def test_mentoring_is_recorded_once_read_and_changed(api_as, coordinator, triager, case):
    api, address = api_as(coordinator), f"/api/placements/cases/{case.pk}/mentoring/"
    for _ in range(2):
        made = api.post(address, CONTACT, format="json", HTTP_IDEMPOTENCY_KEY="k-1")
        assert made.status_code == 201, made.content
    contact = MentoringContact.objects.get()
    assert (contact.mentor, contact.starts_at, contact.minutes) == (coordinator, at("2026-06-09 14:00"), 45)
    other = api.post(address, {**CONTACT, "minutes": 30}, format="json", HTTP_IDEMPOTENCY_KEY="k-1")
    assert other.status_code == 422

    change = f"/api/mentoring/{contact.pk}/change/"
    colleague = make_coordinator(coordinator.organisation)
    said = {**CONTACT, "version": 1, "minutes": 50, "mentor": colleague.email}
    assert api.post(change, said, format="json").json()["mentor"] == colleague.full_name
    late = api.post(change, said, format="json")
    assert late.status_code == 409
    assert "after you opened it" in late.json()["detail"]
    read = api_as(triager).get(address).json()
    assert [(row["minutes"], row["about"], row["version"]) for row in read] == [(50, "Work.", 2)]
    assert Event.objects.filter(kind="referral.read", actor_name=str(triager)).count() == 1
    assert api_as(triager).post(address, CONTACT, format="json").status_code == 403
    future = api.post(address, {**CONTACT, "starts_at": "2026-06-10T09:01:00Z"}, format="json")
    assert (future.status_code, future.json()["field"]) == (422, "on")


def test_a_course_is_offered_and_a_case_goes_through_it(api_as, coordinator, case):
    api = api_as(coordinator)
    course = api.post("/api/courses/", COURSE, format="json").json()
    edited = api.post(f"/api/courses/{course['id']}/edit/", {**COURSE, "sessions": 4, "version": 1}, format="json")
    assert edited.json()["sessions"] == 4
    sent = {"course": course["id"], "on": "2026-06-02"}
    enrolled = api.post(f"/api/placements/cases/{case.pk}/enrolments/", sent, format="json")
    assert enrolled.status_code == 201, enrolled.content
    address = f"/api/enrolments/{enrolled.json()['id']}"
    learnt = {"on": "2026-06-08", "minutes": 90, "online": True}
    answers = [
        api.post(f"{address}/learnt/", learnt, format="json", HTTP_IDEMPOTENCY_KEY="k-2").json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (answers[0]["worth"], CourseSession.objects.count()) == (90, 1)
    again = api.post(f"{address}/learnt/", learnt, format="json")
    assert again.status_code == 409
    assert "recorded 1 hour 30 minutes for 8 June 2026 already" in again.json()["detail"]
    back = f"/api/learnt/{answers[0]['course_session']['id']}/take-back/"
    assert api.post(back, {"reason": "Of somebody else."}, format="json").json()["taken_back_because"]
    assert api.post(back, {"reason": "Of somebody else."}, format="json").status_code == 409

    result = {"result": "passed", "on": "2026-06-09", "certificate_number": "NA-77", "version": 1}
    assert api.post(f"{address}/result/", result, format="json").json()["qualification"] == "First aid"
    assert api.post(f"{address}/result/", result, format="json").status_code == 409
    certified = api.post(f"{address}/certificate/", {"file": upload()}, format="multipart")
    assert certified.json()["certificate"] == str(Document.objects.get().pk)
    assert api.post(f"{address}/reopen/", {"reason": "A slip.", "version": 3}, format="json").json()["result"] == ""
    left = api.post(f"{address}/leave/", {"reason": "stopped", "version": 4}, format="json").json()
    assert (left["status"], left["leave_reason"]) == ("left", "stopped")
    retired = api.post(f"/api/courses/{course['id']}/offer/", {"offered": False, "version": 2}, format="json")
    assert retired.json()["offered"] is False
    assert [row["offered"] for row in api.get("/api/courses/").json()] == [False]


def test_wrong_numbers_are_answered_with_what_is_wrong(api_as, coordinator, case):
    api = api_as(coordinator)
    enrolment = make_enrolment(case, make_course(case.provider), coordinator)
    for minutes, status in ((721, 422), (0, 422), (-1, 422), ("a lot", 400)):
        sent = {"on": "2026-06-08", "minutes": minutes, "online": True}
        assert api.post(f"/api/enrolments/{enrolment.pk}/learnt/", sent, format="json").status_code == status
    assert api.post("/api/courses/", {**COURSE, "level": "9"}, format="json").status_code == 400
    assert api.post("/api/courses/", {**COURSE, "awarding_body": ""}, format="json").status_code == 422
    assert not CourseSession.objects.exists()
    assert Course.objects.count() == 1


@pytest.mark.parametrize(
    "odd",
    [{"minutes": 10**30}, {"minutes": -(10**30)}, {"mentor": "\x00"}, {"starts_at": "9999-12-31T23:59:59Z"}],
)
def test_odd_contacts_are_refused(odd, api_as, coordinator, case):
    answer = api_as(coordinator).post(f"/api/placements/cases/{case.pk}/mentoring/", {**CONTACT, **odd}, format="json")
    assert answer.status_code in (400, 422), answer.content
    assert not MentoringContact.objects.exists()


def test_a_restricted_case_asks_why_and_opens_to_nobody_else(api_as, coordinator, provider, case):
    enrolment = make_passed(case, make_course(provider), coordinator, on=date(2026, 6, 9))
    contact = make_contact(case, coordinator)
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="Known to all.")
    api, stranger = api_as(coordinator), api_as(make_coordinator(provider, "Una Bell"))
    reads = (f"/api/placements/cases/{case.pk}/mentoring/", f"/api/placements/cases/{case.pk}/enrolments/")
    for address in reads:
        assert stranger.get(address).status_code == 404
        assert api.get(address).status_code == 422
        assert api.get(address, HTTP_X_REASON="My work").status_code == 200
    for address, sent in (
        (f"/api/mentoring/{contact.pk}/change/", {**CONTACT, "version": 1}),
        (f"/api/enrolments/{enrolment.pk}/reopen/", {"reason": "A slip.", "version": 1}),
    ):
        assert stranger.post(address, sent, format="json").status_code == 404
        assert api.post(address, sent, format="json").status_code == 422
        assert api.post(address, sent, format="json", HTTP_X_REASON="My work").status_code == 200
    assert Enrolment.objects.get().status == "enrolled"
