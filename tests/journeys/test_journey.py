"""The main job, end to end, in real browsers: nothing here reaches past what people see."""

import re

from tests.journeys import steps
from tests.journeys.steps import at
from workshops.models import Programme

HAPPENED = [
    "Referral started",
    *["Draft changed"] * 6,  # the person, what happened, the disposal, a victim, risks and needs, the consents
    "Referral submitted",
    "Question to the officer; the clock stopped",
    "The officer answered; the clock runs again",
    "Accepted: 6 hours with Remedi",
    "Caseworker: Ellen Marsh",
    "First contact with the participant",
    "Assessment started",
    "Consent recorded: to medical treatment in an emergency",
    "Assessment completed",
    "Booked on a workshop: ASB awareness workshop, 16 June 2026",
    "Workshop attended: Attended and complied",
    "Placement planned at Ilkeston Community Garden: 6 hours",
    "Work session planned for 20 June 2026, 10:00",
    "Work session planned for 27 June 2026, 10:00",
    "Restorative justice to be offered by Femi Ade",
    "Community work started at Ilkeston Community Garden",
    "Work session of 20 June 2026: attended and complied, 180 minutes credited",
    "Work session of 27 June 2026: attended and complied, 180 minutes credited",
    "Placement completed at Ilkeston Community Garden",
    "Restorative justice offered to the victim",
    "The victim wants restorative justice",
    "The participant is willing and acknowledges the harm",
    "Restorative justice risk assessed",
    "Preparing for restorative justice",
    "Restorative justice facilitated on 25 June 2026",
    "Outcome agreed. Things to do: 1",
    "Case closed: completed",
]
# As the first page of the PDF says it: 1 adult came to 1 workshop, worked 6 hours at 1 site, and met the victim.
COUNTED = [
    ("1", "Participants 1 adult, 0 young people"),
    ("1", "Workshops delivered"),
    ("6 hours", "Community work by 1 person"),
    ("1", "Placements"),
    ("1", "Restorative justice processes facilitated"),
]


def test_one_case_from_the_referral_to_the_report(
    at_a_browser, clock, working, inspector, officer, triager, facilitator, coordinator, practitioner, manager
):
    programme = Programme.objects.get(code="asb_awareness")
    amir = at_a_browser(officer, inspector=inspector)
    carol = at_a_browser(triager, inspector=inspector)

    with amir.measured() as effort:
        steps.start_a_referral(amir)
        steps.fill_in_every_section(amir)
        steps.check_and_submit(amir)
    print(
        f"\nThe officer’s path, from home to submitted: {effort['pages']} pages, {effort['fields']} answers, "
        f"{effort['keys']} keys and clicks, {effort['seconds']} s in the machine."
    )

    clock.move_to(at(steps.REFERRED, "11:00"))
    steps.ask_the_officer(carol)
    clock.move_to(at(steps.REFERRED, "13:00"))
    steps.answer_the_question(amir)
    clock.move_to(at(steps.REFERRED, "14:00"))
    steps.accept_with_a_plan(carol)

    clock.move_to(at(steps.TAKEN_ON, "09:30"))
    ellen = at_a_browser(coordinator, inspector=inspector)
    steps.take_on_and_get_in_touch(ellen)
    steps.assess(ellen)
    steps.propose_assess_and_open_a_site(ellen)
    dev = at_a_browser(facilitator, inspector=inspector)
    steps.schedule_and_book(dev, programme.label)
    steps.book(ellen)

    clock.move_to(at(steps.WORKSHOP, "17:00"))
    steps.take_the_register(dev.sign_in())  # sessions end after four hours: on another day everybody signs in again
    steps.enter_the_feedback(dev, ["Agree", "Agree", "Agree", "Agree", "Disagree"])

    clock.move_to(at(steps.PLACED, "10:00"))
    steps.match_and_place(ellen.sign_in())
    steps.plan_the_work(ellen)
    steps.start_restorative_justice(carol.sign_in(), practitioner.full_name)
    for day in steps.WORK:
        clock.move_to(at(day, "15:00"))
        steps.log_the_work(ellen.sign_in(), day)
    femi = at_a_browser(practitioner, inspector=inspector)
    steps.facilitate_and_agree(femi)

    clock.move_to(at(steps.CLOSED, "09:00"))
    steps.close_the_case(carol.sign_in())
    assert steps.timeline(carol) == HAPPENED

    clock.move_to(at(steps.REPORTED, "09:00"))
    grace = at_a_browser(manager, inspector=inspector)
    steps.request_the_report(grace)
    steps.watch_the_progress(grace)
    with working(at(steps.REPORTED, "09:01")):
        text, rows = steps.read_and_download(grace)
    for figure, what in COUNTED:
        assert re.search(rf"\b{figure} ?{what}", text), what
    measured = {tuple(row[:4]): row[4] for row in rows}
    assert measured["At a glance", "", "Community work", "hours"] == "6"
    said = "What participants said of the workshop"
    assert measured["Feedback", said, "The workshop was beneficial", "Agree, %"] == "100"
    assert measured["Feedback", said, "A positive experience overall", "Agree, %"] == "0"
