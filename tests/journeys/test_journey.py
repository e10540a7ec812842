"""The main job, end to end, in real browsers: nothing here reaches past what people see."""

from tests.journeys import steps
from tests.journeys.steps import at
from workshops.models import Programme


def test_one_case_from_the_referral_to_the_report(
    at_a_browser, clock, working, inspector, officer, triager, facilitator, coordinator, practitioner, manager
):
    programme = Programme.objects.create(name="ASB awareness")
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
    steps.schedule_and_book(dev, programme.name)
    steps.book(ellen)

    clock.move_to(at(steps.WORKSHOP, "17:00"))
    steps.take_the_register(dev)
    steps.enter_the_feedback(dev, ["Agree", "Agree", "Agree", "Agree", "Disagree"])

    clock.move_to(at(steps.PLACED, "10:00"))
    steps.match_and_place(ellen)
    steps.plan_the_work(ellen)
    steps.start_restorative_justice(carol, practitioner.full_name)
    for day in steps.WORK:
        clock.move_to(at(day, "15:00"))
        steps.log_the_work(ellen, day)
    femi = at_a_browser(practitioner, inspector=inspector)
    steps.facilitate_and_agree(femi)

    clock.move_to(at(steps.CLOSED, "09:00"))
    steps.close_the_case(carol)
    assert steps.timeline(carol) == []

    clock.move_to(at(steps.REPORTED, "09:00"))
    grace = at_a_browser(manager, inspector=inspector)
    steps.request_the_report(grace)
    steps.watch_the_progress(grace)
    with working(at(steps.REPORTED, "09:01")):
        text, rows = steps.read_and_download(grace)
    print(text[:3000], rows[:3000])
