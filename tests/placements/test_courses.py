"""Courses: the catalogue, enrolments, what was learnt, results and certificates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from audit.trail import IllegalMove, Refusal
from placements import operations
from placements.models import Course, CourseLeaveReason, CourseSession, Enrolment
from referrals import operations as cases
from referrals import stages
from referrals.models import Consent, Document, Referral, WithdrawReason
from tests.factories import NOW, make_provider
from tests.placements.factories import at, make_coordinator, make_ready_case
from tests.placements.learning import make_course, make_enrolment, make_learnt, make_passed
from tests.placements.pages import day, text_of, url
from tests.referrals.uploads import PDF, upload

pytestmark = pytest.mark.django_db
COURSE = {
    "title": "First aid at work",
    "awarding_body": "Northern Awards",
    "level": "3",
    "online": "room",
    "sessions": "3",
}
ON = date(2026, 6, 9)


@pytest.fixture
def case(officer, coordinator):
    return make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"), milestones=["assessed"])


@pytest.fixture
def course(provider):
    return make_course(provider)


@pytest.fixture
def enrolment(case, course, coordinator):
    return make_enrolment(case, course, coordinator)


# --- the catalogue --------------------------------------------------------------------------------------------------


def test_a_course_is_added_changed_retired_and_offered_again(coordinator, triager, case, sign_in):
    client = sign_in(coordinator)
    assert "First aid at work added." in text_of(client.post(url("add_course"), COURSE, follow=True))
    course = Course.objects.get()
    assert (course.provider, course.level, course.online, course.sessions) == (case.provider, "3", False, 3)

    changed = {**COURSE, "online": "online", "sessions": "4", "version": "1"}
    client.post(url("edit_course", course), changed)
    client.post(url("retire_course", course), {"version": "2"})
    course.refresh_from_db()
    assert (course.online, course.sessions, course.offered, course.version) == (True, 4, False, 3)
    listed = text_of(sign_in(triager).get(url("courses")))
    assert "Not offered any more" in listed
    assert "Level 3, awarded by Northern Awards, online, 4 sessions" in listed
    with pytest.raises(Refusal, match="First aid at work is not offered any more"):
        operations.enrol(case, course, by=coordinator, on=ON)
    sign_in(coordinator).post(url("offer_course", course), {"version": "3"})
    operations.enrol(case, course, by=coordinator, on=ON)
    kinds = Event.objects.filter(kind__startswith="catalogue.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["catalogue.added", "catalogue.edited", "catalogue.retired", "catalogue.offered"]


def test_a_course_is_not_there_twice_and_a_level_needs_who_awards_it(coordinator, provider, sign_in):
    make_course(provider, "First aid at work", level="3")
    client = sign_in(coordinator)
    twice = client.post(url("add_course"), COURSE)
    assert "First aid at work of this awarding body and level is already among the courses." in text_of(twice)
    unawarded = client.post(url("add_course"), {**COURSE, "awarding_body": ""})
    assert "leads to a qualification: enter who awards it." in text_of(unawarded)
    assert Course.objects.count() == 1


def test_the_second_of_two_who_change_a_course_is_told(coordinator, course, sign_in):
    client = sign_in(coordinator)
    client.post(url("retire_course", course), {"version": "1"})
    late = client.post(url("edit_course", course), {**COURSE, "version": "1"})
    assert late.status_code == 409
    assert "Food safety was changed after you opened it." in text_of(late)
    assert "First aid at work" in late.content.decode()
    again = client.post(url("retire_course", course), {"version": "2"})
    assert "Food safety is not offered any more already." in text_of(again)


def test_a_triager_sees_the_courses_of_providers_that_serve_the_force(triager, course, force):
    make_course(make_provider("Far away", []), "Welding")
    assert [str(each) for each in Course.objects.visible_to(triager)] == ["Food safety"]
    assert not Course.objects.visible_to(triager, "placements.mentor").exists()


# --- enrolment ------------------------------------------------------------------------------------------------------


def test_a_case_is_enrolled_from_its_page(case, course, coordinator, officer, sign_in):
    client = sign_in(coordinator)
    page = reverse("referrals:detail", args=[case.pk])
    assert "No mentoring and no course yet." in text_of(client.get(page))
    enrolled = client.post(url("enrol", case), {"course": course.pk, **day("on", ON)}, follow=True)
    assert "Enrolled on Food safety." in text_of(enrolled)
    enrolment = Enrolment.objects.get()
    assert (enrolment.enrolled_on, enrolment.enrolled_by, enrolment.status) == (ON, coordinator, "enrolled")
    seen = sign_in(officer).get(page)
    assert "Food safety Enrolled on 9 June 2026 Under way" in text_of(seen)
    assert url("courses_of_case", case) not in seen.content.decode()  # a page that is not for officers
    assert stages.what_was_done(case)[-1] == "The course Food safety is under way, since 9 June 2026."


def test_nobody_is_enrolled_before_the_assessment_or_without_consent(officer, coordinator, course, case):
    early = make_ready_case(officer, coordinator, milestones=[])
    with pytest.raises(Refusal, match=r"Before a course, the assessment must be completed\."):
        operations.enrol(early, course, by=coordinator, on=NOW.date())
    Consent.objects.filter(case=case, kind="take_part").update(withdrawn_at=NOW)
    with pytest.raises(Refusal, match="has no consent to take part in force"):
        operations.enrol(case, course, by=coordinator, on=ON)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2026, 5, 31), "The case was accepted on 1 June 2026."),
        (date(2026, 6, 11), "11 June 2026 has not come yet."),
    ],
)
def test_an_enrolment_is_of_a_day_since_the_case_was_accepted(case, course, coordinator, sign_in, on, sentence):
    response = sign_in(coordinator).post(url("enrol", case), {"course": course.pk, **day("on", on)})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Enrolment.objects.exists()


def test_somebody_is_on_a_course_once_and_does_not_pass_it_twice(case, course, coordinator, enrolment):
    with pytest.raises(IllegalMove, match=r"on Food safety already, since 1 June 2026\."):
        operations.enrol(case, course, by=coordinator, on=ON)
    operations.finish_course(enrolment, by=coordinator, version=1, result="not_passed", on=ON)
    again = operations.enrol(case, course, by=coordinator, on=ON)
    operations.finish_course(again, by=coordinator, version=1, result="passed", on=ON)
    with pytest.raises(IllegalMove, match=r"They passed Food safety on 9 June 2026\."):
        operations.enrol(case, course, by=coordinator, on=ON)


def test_a_course_of_another_provider_is_neither_offered_nor_taken(case, course, coordinator, force, sign_in):
    theirs = make_course(make_provider("Another provider", [force]), "Welding")
    client = sign_in(coordinator)
    assert b"Welding" not in client.get(url("enrol", case)).content
    assert client.post(url("enrol", case), {"course": theirs.pk, **day("on", ON)}).status_code == 200
    with pytest.raises(Refusal, match="Welding is not a course of the provider of this case"):
        operations.enrol(case, theirs, by=coordinator, on=ON)
    assert not Enrolment.objects.exists()


def test_where_no_course_is_offered_the_form_leads_to_the_courses(case, coordinator, sign_in):
    assert "No course is offered yet." in text_of(sign_in(coordinator).get(url("enrol", case)))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enrol_at_once_one_is_told(officer, coordinator):
    case = make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))
    course = make_course(coordinator.organisation)

    def enrol(_):
        try:
            operations.enrol(case, course, by=User.objects.get(pk=coordinator.pk), on=ON)
        except IllegalMove as refused:
            return refused.sentence
        finally:
            connection.close()
        return "enrolled"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enrol, range(2))) == ["They are on Food safety already, since 9 June 2026.", "enrolled"]


# --- results --------------------------------------------------------------------------------------------------------


def test_who_passes_gains_a_qualification_that_everybody_on_the_case_sees(
    case, course, enrolment, coordinator, officer, triager, sign_in
):
    make_learnt(enrolment, coordinator)
    client = sign_in(coordinator)
    asked = text_of(client.get(url("finish_course", enrolment)))
    assert "They gain a qualification: Food safety, level 2 (Northern Awards)" in asked
    sent = {"version": "1", "result": "passed", **day("on", ON), "certificate_number": " NA-77 "}
    assert "Result recorded." in text_of(client.post(url("finish_course", enrolment), sent, follow=True))
    operations.edit_course(
        course, by=coordinator, version=1, title="Food hygiene", awarding_body="Southern Awards", level="3",
        online=True, sessions=9,
    )  # fmt: skip
    enrolment.refresh_from_db()
    assert (enrolment.qualification, enrolment.awarding_body, enrolment.level, enrolment.certificate_number) == (
        "Food safety", "Northern Awards", "2", "NA-77",
    )  # fmt: skip
    for user in (officer, triager, coordinator):
        page = text_of(sign_in(user).get(reverse("referrals:detail", args=[case.pk])))
        assert "Qualification gained on 9 June 2026: Food safety, level 2 (Northern Awards)" in page
    assert "A qualification was gained on 9 June 2026: Food safety, level 2 (Northern Awards)." in stages.what_was_done(
        case
    )


@pytest.mark.parametrize(("result", "body"), [("passed", ""), ("attended", "Northern Awards"), ("not_passed", "x")])
def test_nothing_is_gained_without_an_awarding_body_or_without_passing(case, coordinator, result, body):
    course = make_course(case.provider, awarding_body=body, level="2" if body else "none")
    enrolment = make_enrolment(case, course, coordinator)
    operations.finish_course(enrolment, by=coordinator, version=1, result=result, on=ON)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.result, enrolment.qualification) == ("finished", result, "")
    assert "qualification" not in " ".join(stages.what_was_done(case))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({**day("on", date(2026, 6, 11))}, "11 June 2026 has not come yet."),
        ({**day("on", date(2026, 5, 31))}, "They were enrolled on 1 June 2026."),
        ({**day("on", date(2026, 6, 7))}, "They were on the course on 8 June 2026"),
        ({"result": "not_passed"}, "They did not pass, so there is no certificate NA-77."),
        ({"result": ""}, "Select what came of the course"),
    ],
)
def test_a_wrong_result_is_refused_and_kept_on_the_form(enrolment, coordinator, sign_in, wrong, sentence):
    make_learnt(enrolment, coordinator)
    sent = {"version": "1", "result": "passed", **day("on", ON), "certificate_number": "NA-77", **wrong}
    response = sign_in(coordinator).post(url("finish_course", enrolment), sent)
    assert sentence in text_of(response)
    assert "NA-77" in response.content.decode()
    enrolment.refresh_from_db()
    assert enrolment.status == "enrolled"


def test_a_result_recorded_by_mistake_is_taken_back_with_the_reason(case, enrolment, coordinator, sign_in):
    operations.finish_course(enrolment, by=coordinator, version=1, result="passed", on=ON, certificate_number="NA-77")
    client = sign_in(coordinator)
    nothing_said = client.post(url("reopen_course", enrolment), {"version": "2", "reason": ""})
    assert "Enter why it is taken back" in text_of(nothing_said)
    client.post(url("reopen_course", enrolment), {"version": "2", "reason": "Somebody else’s result."})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.result, enrolment.qualification, enrolment.certificate_number) == (
        "enrolled", "", "", "",
    )  # fmt: skip
    assert Event.objects.get(kind="course.reopened").data["reason"] == "Somebody else’s result."
    late = client.post(url("reopen_course", enrolment), {"version": "2", "reason": "Again."})
    assert late.status_code == 409
    assert "The course Food safety cannot be taken up again while it is “under way”." in text_of(late)


def test_who_leaves_a_course_has_a_reason_and_can_begin_again(case, course, enrolment, coordinator, sign_in):
    client = sign_in(coordinator)
    page = text_of(client.get(url("leave_course", enrolment)))
    assert "They stopped coming" in page
    assert "The case was closed" not in page
    client.post(url("leave_course", enrolment), {"version": "1", "reason": "stopped"})
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.leave_reason_id, enrolment.version) == ("left", "stopped", 2)
    with pytest.raises(IllegalMove, match="is “left”, so nothing more can be recorded"):
        operations.record_learnt(enrolment, by=coordinator, on=ON, minutes=60, online=False)
    assert operations.enrol(case, course, by=coordinator, on=ON).status == "enrolled"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_what_came_of_a_course_at_once_one_is_told(officer, coordinator):
    case = make_ready_case(officer, coordinator, at=at("2026-06-01 12:00"))
    enrolment = make_enrolment(case, make_course(coordinator.organisation), coordinator)
    reason = CourseLeaveReason.objects.get(code="stopped")

    def conclude(how):
        by = User.objects.get(pk=coordinator.pk)
        try:
            if how == "finish":
                operations.finish_course(enrolment, by=by, version=1, result="passed", on=ON)
            else:
                operations.leave_course(enrolment, by=by, version=1, reason=reason)
        except IllegalMove:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(conclude, ("finish", "leave"))) == ["done", "told"]
    assert Event.objects.filter(kind__in=["course.finished", "course.left"]).count() == 1


def test_when_the_case_closes_its_courses_are_left_and_nothing_more_is_recorded(case, course, coordinator, triager):
    enrolment = make_enrolment(case, course, coordinator)
    gained = make_passed(case, make_course(case.provider, "First aid"), coordinator)
    learnt = make_learnt(enrolment, coordinator)
    cases.withdraw(case, by=triager, reason=WithdrawReason.objects.get(code="duplicate"))
    enrolment.refresh_from_db()
    gained.refresh_from_db()
    assert (enrolment.status, enrolment.leave_reason_id, gained.status) == ("left", "case_closed", "finished")
    for verb in (
        lambda: operations.record_learnt(enrolment, by=coordinator, on=ON, minutes=60, online=False),
        lambda: operations.take_back_learnt(learnt, by=coordinator, reason="Wrong."),
        lambda: operations.reopen_course(gained, by=coordinator, version=1, reason="Wrong."),
        lambda: operations.add_certificate(gained, by=coordinator, upload=upload()),
    ):
        with pytest.raises(IllegalMove, match="is withdrawn, so"):
            verb()


# --- certificates ---------------------------------------------------------------------------------------------------


def test_a_certificate_is_kept_among_the_documents_where_the_officer_reads_it(
    case, course, coordinator, officer, sign_in
):
    enrolment = make_passed(case, course, coordinator)
    client = sign_in(coordinator)
    for _ in range(2):  # sent twice
        page = client.post(
            url("add_certificate", enrolment), {"file": upload(name="nina cole.pdf"), "once": "b" * 32}, follow=True
        )
        assert "“Food safety: certificate” is added." in text_of(page)
    document = Document.objects.get()
    enrolment.refresh_from_db()
    assert (document.kind, document.for_provider, enrolment.certificate) == ("certificate", True, document)
    assert Event.objects.filter(kind="course.certified").count() == 1
    address = reverse("referrals:get_document", args=[case.pk, document.pk])
    assert address in client.get(url("courses_of_case", case)).content.decode()
    assert b"".join(sign_in(officer).get(address).streaming_content) == PDF


def test_what_is_no_certificate_is_refused_and_nothing_is_kept(case, course, coordinator, sign_in):
    enrolment = make_enrolment(case, course, coordinator)
    early = sign_in(coordinator).post(url("add_certificate", enrolment), {"file": upload()})
    assert early.status_code == 409
    assert "Record the result first." in text_of(early)
    operations.finish_course(enrolment, by=coordinator, version=1, result="passed", on=ON)
    wrong = sign_in(coordinator).post(url("add_certificate", enrolment), {"file": upload(b"MZ" + bytes(80), "a.pdf")})
    assert wrong.status_code == 422
    assert not Document.objects.exists()
    assert "Add the certificate" in text_of(sign_in(coordinator).get(url("courses_of_case", case)))


def test_the_certificate_of_a_result_that_was_taken_back_is_added_to_the_next(case, course, coordinator):
    enrolment = make_passed(case, course, coordinator)
    document = operations.add_certificate(enrolment, by=coordinator, upload=upload())
    operations.reopen_course(enrolment, by=coordinator, version=2, reason="The wrong day.")
    operations.finish_course(enrolment, by=coordinator, version=3, result="passed", on=ON)
    assert operations.add_certificate(enrolment, by=coordinator, upload=upload()) == document
    enrolment.refresh_from_db()
    assert (enrolment.certificate, case.documents.count()) == (document, 1)


def test_a_certificate_that_was_kept_and_not_put_beside_its_result_is_so_when_it_is_sent_again(
    case, course, coordinator
):
    enrolment = make_passed(case, course, coordinator)
    fields = {"kind": "certificate", "title": "Food safety: certificate", "for_provider": True}
    document = cases.add_document(case, by=coordinator, upload=upload(), **fields)  # and the process was killed
    assert operations.add_certificate(enrolment, by=coordinator, upload=upload(), key="another") == document
    enrolment.refresh_from_db()
    assert enrolment.certificate == document


def test_a_certificate_that_was_removed_is_not_offered_any_more(case, course, coordinator, sign_in):
    enrolment = make_passed(case, course, coordinator)
    document = operations.add_certificate(enrolment, by=coordinator, upload=upload())
    cases.remove_document(document, by=coordinator, because="Of somebody else.")
    page = sign_in(coordinator).get(url("courses_of_case", case)).content.decode()
    assert str(document.pk) not in page
    assert "Add the certificate" in page


# --- what pages cost ------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_however_many_courses(case, provider, coordinator, sign_in, connection_queries):
    client = sign_in(coordinator)
    pages = (url("courses"), url("courses_of_case", case), reverse("referrals:detail", args=[case.pk]))

    def fill(first, last):
        for number in range(first, last):
            enrolment = make_passed(case, make_course(provider, f"Course {number}"), coordinator)
            for when in (8, 9):
                make_learnt(enrolment, coordinator, date(2026, 6, when))

    fill(0, 1)
    few = [connection_queries(lambda page=page: client.get(page)) for page in pages]
    fill(1, 8)
    assert [connection_queries(lambda page=page: client.get(page)) for page in pages] == few
    assert few[0] <= 10
    assert CourseSession.objects.count() == 16


def test_courses_of_a_restricted_case_open_to_those_named_on_it(case, course, coordinator, provider, sign_in):
    enrolment = make_enrolment(case, course, coordinator)
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="Known to all.")
    stranger = sign_in(make_coordinator(provider, "Una Bell"))
    for page in (url("courses_of_case", case), url("record_learnt", enrolment), url("mentoring", case)):
        assert stranger.get(page).status_code == 404
    assert "On it: 1" in text_of(stranger.get(url("courses")))  # it counts, and is not named
