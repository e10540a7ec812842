"""Who opens which page of community work, and whose rows they see."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from placements.models import Placement, Site, WorkSession
from tests.factories import make_force, make_provider, make_user
from tests.placements import learning
from tests.placements.factories import make_session, make_site

pytestmark = pytest.mark.django_db

ROLES = (
    "officer", "other_officer", "triager", "facilitator", "coordinator", "practitioner", "manager", "auditor",
    "administrator", "outsider", "other_provider",
)  # fmt: skip
READS = {
    "work", "sites", "site", "hours", "assessment", "download_sites", "download_work", "mentoring", "courses_of_case",
    "courses", "site_sessions",
}  # fmt: skip
WRITES = {
    "add_mentoring", "change_mentoring", "enrol", "record_learnt", "finish_course", "reopen_course", "leave_course",
    "add_certificate", "take_back_learnt", "add_course", "edit_course", "retire_course", "offer_course",
    "caseload", "download_caseload", "share", "report_completion",  # for those who have cases
    "assess", "assess_section", "match", "plan_placement", "adjust_hours", "plan_work", "log_unplanned_work",
    "end_placement", "add_site", "edit_site", "assess_site", "open_site", "suspend_site", "close_site",
    "record_work", "cancel_work",
    "today", "today_times", "today_absence",
    "move_work", "insure_site", "cancel_site_sessions",
}  # fmt: skip
# Pages that lead elsewhere, and pages without an account (tests/placements/test_today.py, tests/test_access.py).
APART = {
    "set_hours",  # of the police: test_set_hours.py
    "own_page", "revoke_share", "certificate",
    # tests/placements/test_site_papers.py, test_nominations.py, test_suggesting.py
    "get_paper", "nominations", "nomination", "accept_nomination", "decline_nomination", "mark_nomination",
    "send_answer_again", "suggest", "suggested",
    "today_offline", "today_worker", "today_arrived", "today_outcome", "today_how", "today_check", "today_conflict",
}  # fmt: skip
LISTS = {
    "today", "caseload", "download_caseload", "work", "sites", "add_site",
    "download_sites", "download_work", "courses", "add_course",
}  # fmt: skip


@pytest.fixture
def other_provider(force):
    """A coordinator of another provider that serves the same force."""
    return make_user("Nina Cole", make_provider("Another provider", [force]), "coordinator")


@pytest.fixture
def address(case, placement, site, session):
    """address(page) → where it is, for the case, placement, site and session of these tests."""
    course = learning.make_course(site.provider)
    enrolment = learning.make_enrolment(case, course, case.caseworker)
    of_enrolment = ("record_learnt", "finish_course", "reopen_course", "leave_course", "add_certificate")
    args = {
        **dict.fromkeys(("share", "report_completion"), (case.pk,)),
        **dict.fromkeys(("mentoring", "add_mentoring", "courses_of_case", "enrol"), (case.pk,)),
        "change_mentoring": (learning.make_contact(case, case.caseworker).pk,),
        **dict.fromkeys(of_enrolment, (enrolment.pk,)),
        "take_back_learnt": (learning.make_learnt(enrolment, case.caseworker).pk,),
        **dict.fromkeys(("edit_course", "retire_course", "offer_course"), (course.pk,)),
        **dict.fromkeys(("hours", "assessment", "assess", "match", "adjust_hours"), (case.pk,)),
        "assess_section": (case.pk, "needs"),
        "plan_placement": (case.pk, site.pk),
        **dict.fromkeys(("insure_site", "site_sessions", "cancel_site_sessions"), (site.pk,)),
        **dict.fromkeys(("plan_work", "log_unplanned_work", "end_placement"), (placement.pk,)),
        **dict.fromkeys(("site", "edit_site", "assess_site", "open_site", "suspend_site", "close_site"), (site.pk,)),
        **dict.fromkeys(("today_times", "today_absence"), (session.pk,)),
        **dict.fromkeys(("record_work", "move_work", "cancel_work"), (session.pk,)),
    }
    return lambda page: reverse(f"placements:{page}", args=args.get(page, []))


def expected(who, page):
    if who == "coordinator" or (who == "triager" and page in READS):
        return 200
    if who in ("outsider", "other_provider"):  # the role is theirs, the rows are not
        return 200 if page in LISTS else 404
    return 403


@pytest.mark.parametrize("page", sorted(READS | WRITES))
@pytest.mark.parametrize("who", ROLES)
def test_a_page_opens_for_those_who_may_and_for_nobody_else(who, page, address, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(address(page)).status_code == expected(who, page)
    if expected(who, page) != 200:
        before = list(WorkSession.objects.values()), list(Placement.objects.values()), list(Site.objects.values())
        assert client.post(address(page), {}).status_code == expected(who, page)
        after = list(WorkSession.objects.values()), list(Placement.objects.values()), list(Site.objects.values())
        assert before == after


@pytest.mark.parametrize("page", sorted(READS | WRITES))
def test_who_is_not_signed_in_is_sent_to_sign_in(page, address, client):
    response = client.get(address(page))
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_every_address_of_placements_is_in_this_matrix():
    from placements.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == READS | WRITES | APART


@pytest.mark.parametrize(
    ("who", "sees"),
    [("coordinator", True), ("triager", True), ("officer", False), ("manager", False), ("outsider", False),
     ("other_provider", False), ("practitioner", False), ("facilitator", False)],
)  # fmt: skip
def test_rows_are_seen_by_those_who_work_on_the_case(who, sees, session, request):
    user = request.getfixturevalue(who)
    for model in (Site, Placement, WorkSession):
        assert model.objects.visible_to(user).exists() == sees


def test_lists_hold_nothing_of_others(session, other_provider, outsider, sign_in):
    for user in (other_provider, outsider):
        client = sign_in(user)
        for page in ("work", "sites"):
            page = client.get(reverse(f"placements:{page}") + ("?everybody" if page == "work" else "")).content.decode()
            assert "Jordan" not in page
            assert "Ilkeston Community Garden" not in page


def test_a_triager_of_the_force_who_also_coordinates_elsewhere_only_reads(session, force, case, sign_in):
    """A verb reaches only the cases that its own role opens."""
    both = make_user("Bo Lane", force, "triager", "coordinator")
    client = sign_in(both)
    assert client.get(reverse("placements:hours", args=[case.pk])).status_code == 200
    assert client.get(reverse("placements:record_work", args=[session.pk])).status_code == 404
    assert b"Adjust the hours" not in client.get(reverse("placements:hours", args=[case.pk])).content


def test_a_site_of_another_provider_is_not_offered_nor_accepted(case, other_provider, coordinator, sign_in):
    theirs = make_site(other_provider.organisation, "Their garden")
    client = sign_in(coordinator)
    assert b"Their garden" not in client.get(reverse("placements:match", args=[case.pk])).content
    assert client.get(reverse("placements:plan_placement", args=[case.pk, theirs.pk])).status_code == 404


def test_a_triager_sees_the_sites_of_the_providers_that_serve_their_force(site, triager):
    make_site(make_provider("Far away", [make_force("Northern Police")]), "Northern garden")
    assert [str(site) for site in Site.objects.visible_to(triager)] == ["Ilkeston Community Garden"]


def test_an_assessment_names_no_victim(case, coordinator, session, sign_in):
    from tests.factories import make_victim

    make_victim(case)
    make_session(session.placement, "2026-06-12 09:00")
    client = sign_in(coordinator)
    for page in ("hours", "assessment", "match"):
        assert b"Poole" not in client.get(reverse(f"placements:{page}", args=[case.pk])).content


def test_the_api_ties_recording_to_the_cases_of_the_same_role(session, placement, force):
    both = make_user("Bo Lane", force, "triager", "coordinator")
    client = APIClient()
    client.force_authenticate(both)
    assert client.get(f"/api/work-sessions/{session.pk}/").status_code == 200
    assert client.post(f"/api/work-sessions/{session.pk}/log/", {}, format="json").status_code == 404
    assert client.post(f"/api/placements/{placement.pk}/work-sessions/", {}, format="json").status_code == 404
