"""The papers of a site: kept with their files, given out by permission, told of before they run out; and the sessions
of a site that can take nobody any more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from placements import operations
from placements.models import Placement, Site, SitePaper, WorkSession
from placements.rules import papers
from tests.factories import NOW, make_provider, make_user
from tests.placements.factories import (
    make_coordinator,
    make_paper,
    make_placement,
    make_ready_case,
    make_session,
    make_site,
)
from tests.placements.pages import day, text_of, url
from tests.referrals.uploads import PDF

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


def pdf(name="insurance.pdf", data=PDF):
    return SimpleUploadedFile(name, data, "application/pdf")


def insure(client, site, until, **more):
    return client.post(url("insure_site", site), {**day("insured_until", until), **more})


# --- kept, and given out --------------------------------------------------------------------------------------------


def test_new_papers_take_the_place_of_those_before_which_are_kept(site, coordinator, sign_in):
    client = sign_in(coordinator)
    insure(client, site, date(2027, 1, 1), file=pdf())
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        insure(client, site, date(2028, 1, 1), file=pdf("new.pdf", PDF.replace(b"%%EOF", b"%x\n%%EOF")))
    page = text_of(client.get(url("site", site)))
    assert page.index("Public liability insurance until 1 January 2028") < page.index("until 1 January 2027")
    assert "new.pdf" in page
    assert "Public liability insurance recorded: holds until 1 January 2028" in page  # in what happened
    site.refresh_from_db()
    assert (site.insured_until, site.status, site.papers.count()) == (date(2028, 1, 1), "active", 2)


def test_the_same_file_again_is_kept_once_with_its_date_put_right(site, coordinator, sign_in):
    client = sign_in(coordinator)
    insure(client, site, date(2027, 1, 1), file=pdf())
    insure(client, site, date(2027, 2, 1), file=pdf())
    paper = SitePaper.objects.get()
    assert paper.valid_until == date(2027, 2, 1)
    assert len(_stored()) == 1


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (pdf("insurance.pdf", b"MZ\x90\x00 a program"), "looks like"),
        (pdf("page.html", b"<html><script>alert(1)</script>"), "not of a kind that is kept"),
        (pdf("insurance.pdf", b""), "is empty"),
    ],
)
def test_a_file_that_is_not_kept_changes_nothing(site, coordinator, sign_in, file, sentence):
    response = insure(sign_in(coordinator), site, date(2028, 1, 1), file=file)
    assert response.status_code == 422
    assert sentence in text_of(response)
    site.refresh_from_db()
    assert (site.insured_until, SitePaper.objects.count(), _stored()) == (date(2027, 3, 31), 0, [])


def test_a_virus_in_a_paper_is_in_the_trail_and_nowhere_else(site, coordinator, settings, monkeypatch):
    """(What clamd answers is tried with a real one in tests/referrals/test_document_scan.py.)"""
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    monkeypatch.setattr("referrals.scanning.signature_in", lambda upload, url: "Eicar-Test-Signature")
    with pytest.raises(Refusal, match="virus"):
        operations.record_insurance(site, by=coordinator, insured_until=date(2028, 1, 1), upload=pdf())
    assert Event.objects.get(kind="document.virus_found").ids == [str(site.pk)]
    assert (_stored(), Site.objects.get().insured_until) == ([], date(2027, 3, 31))


def test_a_date_to_mend_asks_for_the_file_again(site, coordinator, sign_in):
    response = sign_in(coordinator).post(url("insure_site", site), {"insured_until_day": "31", "file": pdf()})
    assert "Select the file again" in text_of(response)


def test_bytes_go_again_where_the_row_cannot_be_written(site, coordinator):
    Site.objects.update(status="closed")
    with pytest.raises(IllegalMove):
        operations.record_insurance(site, by=coordinator, insured_until=date(2028, 1, 1), upload=pdf())
    assert _stored() == []


def test_a_paper_leaves_as_an_attachment_and_the_trail_says_who_took_it(site, coordinator, triager, sign_in):
    paper = make_paper(site, coordinator)
    for user in (coordinator, triager):
        response = sign_in(user).get(url("get_paper", site, paper))
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response["Content-Disposition"] == 'attachment; filename="insurance.pdf"'
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    event = Event.objects.filter(kind="paper.disclosed").latest("id")
    assert (event.act, event.actor, event.data["site"]) == ("disclosure", triager.pk, str(site.pk))


def test_nobody_else_gets_a_paper_nor_by_the_address_of_another_site(
    site, provider, officer, outsider, coordinator, sign_in
):
    paper = make_paper(site, coordinator)
    for user, status in ((officer, 403), (outsider, 404)):
        assert sign_in(user).get(url("get_paper", site, paper)).status_code == status
    other = make_site(provider, "Old Mill")
    assert sign_in(coordinator).get(url("get_paper", other, paper)).status_code == 404


def test_a_paper_whose_bytes_were_changed_does_not_leave(site, coordinator, sign_in):
    paper = make_paper(site, coordinator)
    with default_storage.open(str(paper.file), "wb") as file:
        file.write(b"%PDF-1.4 another")
    response = sign_in(coordinator).get(url("get_paper", site, paper))
    assert response.status_code == 503
    assert "The file cannot be read" in text_of(response)
    assert not Event.objects.filter(kind="paper.disclosed").exists()


def test_the_check_of_the_storage_knows_papers(site, coordinator, capsys):
    kept, lost = make_paper(site, coordinator), make_paper(site, coordinator, kind="risk_assessment")
    default_storage.delete(str(lost.file))
    default_storage.save("papers/ab/nobodys", BytesIO(b"x"))
    with pytest.raises(Exception, match="missing"), time_machine.travel(timezone.now() + timedelta(days=400)):
        call_command("check_documents", "--delete")
    said = capsys.readouterr().out
    assert f"missing: {lost.file}" in said
    assert "belongs to no document: papers/ab/nobodys" in said
    assert _stored() == [str(kept.file)]


def _stored():
    try:
        folders = default_storage.listdir("papers")[0]
    except FileNotFoundError:
        return []
    return [f"papers/{folder}/{name}" for folder in folders for name in default_storage.listdir(f"papers/{folder}")[1]]


# --- told of before they run out ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "reached"),
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, 0), (-400, 0)],
)
def test_the_day_on_which_somebody_is_told(days, reached):
    assert papers.threshold(TODAY + timedelta(days=days), TODAY) == reached


def told():
    return list(Notice.objects.order_by("id").values_list("user__full_name", "sentence"))


def test_each_coordinator_is_told_once_at_each_of_three_times(provider, coordinator, triager):
    make_user("Away Now", provider, "coordinator", is_active=False)
    make_user("Other Work", provider, "practitioner")
    site = make_site(provider, insured_until=date(2026, 7, 10))
    sentence = "The public liability insurance of Ilkeston Community Garden runs out on 10 July 2026"
    for after, count in ((0, 1), (1, 1), (22, 1), (23, 2), (29, 2), (30, 2), (31, 3), (90, 3)):
        for _ in range(2):
            operations.tell_of_papers(NOW + timedelta(days=after))
        assert len(told()) == count, after
    assert told()[0] == (coordinator.full_name, sentence)
    assert told()[-1][1] == (
        "The public liability insurance of Ilkeston Community Garden ran out on 10 July 2026: nobody can work there"
    )
    assert Notice.objects.values_list("path", flat=True).distinct().get() == url("site", site)


def test_a_warning_that_was_missed_is_not_made_up_for_and_a_renewal_starts_afresh(provider, coordinator):
    site = make_site(provider, insured_until=date(2026, 6, 13), risk_review_on=date(2027, 1, 1))
    assert operations.tell_of_papers(NOW) == 1  # 3 days before: one notice, not two
    Site.objects.update(insured_until=date(2026, 7, 5))
    assert operations.tell_of_papers(NOW) == 1
    Site.objects.update(risk_review_on=date(2026, 6, 11))
    assert operations.tell_of_papers(NOW) == 1
    Site.objects.filter(pk=site.pk).update(status="closed")
    assert operations.tell_of_papers(NOW + timedelta(days=20)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(provider, coordinator):
    make_site(provider, insured_until=date(2026, 6, 13))

    def run(_):
        try:
            return operations.tell_of_papers(NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [0, 1]
    assert len(told()) == 1


def test_a_name_with_a_line_break_does_not_get_into_a_subject(provider, coordinator):
    make_site(provider, "Garden\nBcc: all@example.org" + "x" * 90, insured_until=date(2026, 6, 13))
    operations.tell_of_papers(NOW)
    assert "\n" not in told()[0][1]
    assert len(told()[0][1]) <= 200


# --- what is planned there ------------------------------------------------------------------------------------------


@pytest.fixture
def ahead(placement):
    """Sessions at the site: the day after tomorrow, and in ten days."""
    return [make_session(placement, "2026-06-12 09:00"), make_session(placement, "2026-06-20 09:00")]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({}, 0),
        ({"insured_until": date(2026, 6, 20)}, 0),  # it holds on its last day
        ({"insured_until": date(2026, 6, 19)}, 1),
        ({"risk_review_on": date(2026, 6, 12)}, 1),
        ({"risk_review_on": date(2026, 6, 11)}, 2),
        ({"status": "suspended"}, 2),
        ({"status": "closed"}, 2),
    ],
)
def test_the_sessions_that_cannot_take_place_are_listed_for_moving(
    site, session, ahead, coordinator, sign_in, fields, left
):
    """The session of yesterday has begun: it waits for its outcome, and is not moved."""
    Site.objects.update(**fields)
    client = sign_in(coordinator)
    page = client.get(url("site_sessions", site))
    assert len(page.context["sessions"]) == left
    assert page.content.decode().count(">Move<") == left
    if left and fields.get("status") != "closed":
        show = "?show=suspended" if fields.get("status") else ""
        assert f"{left} session{'s' if left > 1 else ''} to move" in text_of(client.get(url("sites") + show))
        assert f"{left} planned session" in text_of(client.get(url("site", site)))


def test_all_of_them_are_cancelled_at_once_with_the_reason_in_each_case(
    site, ahead, officer, coordinator, triager, sign_in
):
    other = make_ready_case(officer, coordinator)
    make_session(make_placement(other, site, coordinator), "2026-06-20 13:00")
    restricted = make_ready_case(officer, make_coordinator(site.provider), restricted=True)
    kept = make_session(make_placement(restricted, site, coordinator), "2026-06-21 13:00")
    Site.objects.update(insured_until=date(2026, 6, 12))
    client = sign_in(coordinator)

    page = text_of(client.get(url("site_sessions", site)))
    assert "3 planned sessions cannot take place here any more" in page
    assert "1 of them belongs to restricted cases" in page
    assert "Restricted" in page
    refused = client.post(url("cancel_site_sessions", site), {"because": " "})
    assert "Enter why" in text_of(refused)
    assert WorkSession.objects.count() == 4
    done = client.post(url("cancel_site_sessions", site), {"because": "The insurance has run out."}, follow=True)

    assert "2 planned sessions are cancelled." in text_of(done)
    assert set(WorkSession.objects.values_list("pk", flat=True)) == {ahead[0].pk, kept.pk}
    cancelled = Event.objects.filter(kind="work.cancelled")
    assert {event.data["reason"] for event in cancelled} == {"The insurance has run out."}
    assert {event.case for event in cancelled} == {other.pk, ahead[0].case_id}
    again = client.post(url("cancel_site_sessions", site), {"because": "Again."})
    assert again.status_code == 409


def test_suspending_says_first_how_many_sessions_that_leaves_and_leads_to_them(site, ahead, coordinator, sign_in):
    client = sign_in(coordinator)
    assert "2 sessions are planned there and have to be moved or cancelled." in text_of(
        client.get(url("suspend_site", site))
    )
    assert "Enter why" in text_of(client.post(url("suspend_site", site), {}))
    done = client.post(url("suspend_site", site), {"because": "The roof leaks."}, follow=True)
    assert done.redirect_chain[0][0] == url("site_sessions", site)
    assert "“suspended”, so nobody can work there" in text_of(done)
    assert "Suspended: The roof leaks." in text_of(client.get(url("site", site)))


def test_an_expired_site_takes_no_new_work(site, placement, coordinator):
    Site.objects.update(insured_until=date(2026, 6, 11))
    start = datetime(2026, 6, 12, 9, tzinfo=timezone.get_current_timezone())
    with pytest.raises(Refusal, match="ran out on 11 June 2026, before 12 June 2026"):
        operations.plan_work_sessions(placement, by=coordinator, times=[(start, start + timedelta(hours=3))])


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_the_file_has_the_same_rows(provider, coordinator, sign_in):
    make_site(provider, "Garden", insured_until=date(2026, 6, 20))
    make_site(provider, "Mill", district_id="derby", suitable_under_18=False, risk_review_on=date(2026, 6, 1))
    certified = make_site(provider, "Hall", activity_id="foodbank")
    for kind in ("insurance", "risk_assessment"):
        make_paper(certified, coordinator, kind=kind)
    client = sign_in(coordinator)

    def listed(query):
        return [str(site) for site in client.get(url("sites") + query).context["sites"]]

    assert listed("") == ["Garden", "Hall", "Mill"]
    assert listed("?district=derby") == ["Mill"]
    assert listed("?activity=foodbank") == ["Hall"]
    assert listed("?age=no") == ["Mill"]
    assert listed("?papers=expired") == ["Mill"]
    assert listed("?papers=soon") == ["Garden"]
    assert listed("?papers=no_file") == ["Garden", "Mill"]
    assert listed("?papers=soon&age=no") == []
    assert listed("?district=nowhere") == ["Garden", "Hall", "Mill"]
    assert "No site like that" in text_of(client.get(url("sites") + "?papers=soon&age=no"))
    file = client.post(url("download_sites") + "?papers=expired", {"reason": "For the insurer."})
    rows = b"".join(file.streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("Mill")


def test_hours_are_both_given_and_in_order(coordinator, sign_in):
    from tests.placements.test_site_pages import SITE

    client = sign_in(coordinator)
    for hours, sentence in (
        ({"opens_at": "9:00"}, "Enter both from when and until when"),
        ({"opens_at": "16:00", "closes_at": "9:30"}, "until 09:30, which must be after 16:00"),
    ):
        response = client.post(url("add_site"), {**SITE, **hours})
        assert sentence in text_of(response)
        assert not Site.objects.exists()
    client.post(url("add_site"), {**SITE, "opens_at": "9:30", "closes_at": "1600"})
    assert "09:30 to 16:00" in text_of(client.get(url("site", Site.objects.get())))


def test_what_happened_to_another_site_is_not_in_the_history(site, provider, coordinator, sign_in):
    other = make_site(make_provider("Elsewhere", []), "Elsewhere")
    operations.suspend_site(other, by=make_coordinator(other.provider), because="Not ours.")
    operations.suspend_site(site, by=coordinator, because="Ours.")
    page = text_of(sign_in(coordinator).get(url("site", site)))
    assert "Suspended: Ours." in page
    assert "Not ours." not in page
    assert Placement.objects.count() == 0


def test_the_lists_cost_the_same_for_2_rows_and_12(provider, officer, coordinator, sign_in, connection_queries):
    client = sign_in(coordinator)
    expired = make_site(provider, "Old Mill", insured_until=date(2026, 6, 11))
    numbers = iter(range(100))

    def costs(more):
        for _ in range(more):
            number = next(numbers)
            make_paper(make_site(provider, f"Garden {number}"), coordinator)
            make_paper(expired, coordinator)
            placed = make_placement(make_ready_case(officer, coordinator), expired, coordinator)
            make_session(placed, f"2026-06-{12 + number} 09:00")
        pages = (url("sites"), url("site", expired), url("site_sessions", expired))
        return [connection_queries(lambda page=page: client.get(page)) for page in pages]

    few = costs(2)
    assert costs(10) == few
    assert max(few) <= 14
    assert few[0] <= 10
