"""One case, from an officer's referral to the manager's report: a function for each step, in the order of the days.

Each takes the Colleague whose step it is; each begins where people begin, on their home page, and finds the work there.
"""

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from pypdf import PdfReader

LONDON = ZoneInfo("Europe/London")

PERSON, VICTIM = "Kai Mellor", "Mary Poole"
GARDEN = "Ilkeston Community Garden"
HOURS = 6


def at(day, clock):
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


# The days of the journey: everything that is typed and every hour of the clock is taken from here.
MONDAY = date(2026, 6, 8)
REFERRED = MONDAY + timedelta(days=2)  # Wednesday
TAKEN_ON = MONDAY + timedelta(days=3)
WORKSHOP = MONDAY + timedelta(days=8)  # Tuesday of the next week
PLACED = MONDAY + timedelta(days=9)
WORK = [MONDAY + timedelta(days=12), MONDAY + timedelta(days=19)]  # two Saturdays
MEETING = MONDAY + timedelta(days=17)
CLOSED = MONDAY + timedelta(days=21)
REPORTED = date(2026, 7, 1)


# --- the officer ----------------------------------------------------------------------------------------------------


def start_a_referral(officer):
    officer.home()
    officer.follows("Start a referral")
    officer.types("First names", "Kai")
    officer.types("Last name", "Mellor")
    officer.dates("Date of birth", date(1998, 3, 4))
    officer.presses("Continue")
    officer.is_told("is started")


def fill_in_every_section(officer):
    """“Save and continue” leads from one section to the next."""
    officer.sees("The person")
    officer.chooses("Sex", "Male")
    officer.types("Phone number", "07700 900142")
    officer.ticks("It is safe to call and text this number")
    officer.types("Address", "14 Awsworth Road, Ilkeston, DE7 8JF")
    officer.selects("District they live in", "Erewash")
    officer.presses("Save and continue")

    officer.sees("What happened")
    officer.selects("Offence or type of ASB", "Criminal damage")
    officer.selects("If it was ASB, what did it affect?", "Environmental")
    officer.types("Incident number", "26000214587")
    officer.dates("When did it happen?", MONDAY, "22:40")
    officer.dates("When was it reported to the police?", MONDAY)
    officer.types("Where did it happen?", "Bath Street, Ilkeston")
    officer.selects("District it happened in", "Erewash")
    officer.types("What happened?", "Sprayed paint on the bus shelter and on the garden gate beside it.")
    officer.chooses("Did it involve any of these?", "None of these")
    officer.presses("Save and continue")

    officer.sees("Disposal and hours")
    officer.chooses("How was it dealt with?", "Community resolution (outcome 8)")
    officer.dates("When was the disposal given?", REFERRED, "09:15")
    officer.chooses("Do they accept responsibility?", "Accepted")
    officer.ticks("There is sufficient evidence to charge")
    officer.types("Why is this right for this person?", "First time, admits it, wants to put it right.")
    officer.types("How many hours of community work?", HOURS)
    officer.presses("Save and continue")

    officer.sees("Victims")
    officer.follows("Add a victim")
    officer.chooses("Who was harmed?", "A person")
    officer.types("First names", "Mary")
    officer.types("Last name", "Poole")
    officer.dates("When were they asked for their view?", REFERRED)
    officer.types("What did they say?", "Would like the gate cleaned, and to hear why.")
    officer.selects("What would they like to happen?", "Repair the damage")
    officer.dates("When were they told about restorative justice?", REFERRED)
    officer.types("A safe way to reach them", "07700 900123, after four")
    officer.presses("Save and continue")
    officer.sees(VICTIM)
    officer.follows("Continue")

    officer.sees("Risks and needs")
    officer.chooses("Are there any risks to know about?", "No known risks")
    officer.types("Needs and adjustments", "Reads slowly; ring rather than write.")
    officer.presses("Save and continue")

    officer.sees("Consent")
    officer.chooses(
        "What was agreed to?",
        "To take part in the scheme",
        "To share information with Remedi",
        "To explore restorative justice",
    )
    officer.presses("Save and continue")


def check_and_submit(officer):
    officer.sees("Check and submit", PERSON, VICTIM, "First time, admits it")
    officer.does_not_see("Before you submit")
    officer.presses("Submit to the triage team")
    officer.is_told("is with the triage team")
    officer.sees("Waiting for a decision")


def answer_the_question(officer):
    officer.home()
    officer.sees("What colour was the paint?")
    officer.follows(PERSON)
    officer.types("Your answer", "Green. Two cans were seized.")
    officer.presses("Send the answer")
    officer.is_told("Your answer is with the triage team")


# --- the triage team ------------------------------------------------------------------------------------------------


def ask_the_officer(triager):
    triager.home()
    triager.follows(PERSON)
    triager.sees("All 14 rules are met", "Sprayed paint on the bus shelter")
    triager.follows("Ask the officer")
    triager.types("What do you need to know from the officer?", "What colour was the paint?")
    triager.presses("Send the question")
    triager.is_told("Amir Khan is asked")


def accept_with_a_plan(triager):
    triager.home()
    triager.follows(PERSON)
    triager.chooses("Do they need the ASB awareness workshop?", "Yes")
    triager.chooses("Should restorative justice be explored?", "Yes")
    triager.types("Why are you accepting it?", "Suitable, and the victim wants to be heard.")
    triager.presses("Accept the referral")
    triager.is_told("is accepted")
    triager.sees("Green. Two cans were seized.")


def start_restorative_justice(triager, practitioner):
    triager.home()
    _own_list(triager, "Restorative justice to start")
    triager.chooses("Which victim?", VICTIM)
    triager.selects("Practitioner", practitioner)
    triager.presses("Start")
    triager.is_told(f"{practitioner} has the process")


def close_the_case(triager):
    triager.home()
    _own_list(triager, "Ready to close")
    triager.presses("Close the case as completed")
    triager.is_told("is completed")


# --- the coordinator ------------------------------------------------------------------------------------------------


def take_on_and_get_in_touch(coordinator):
    coordinator.home()
    coordinator.follows(PERSON)
    coordinator.does_not_see(VICTIM)
    coordinator.follows("Take on this case")
    coordinator.selects("Who will be the caseworker?", coordinator.user.full_name)
    coordinator.presses("Save caseworker")
    coordinator.is_told("has its caseworker")
    coordinator.follows("Record first contact")
    coordinator.dates("When did you first speak to them?", TAKEN_ON, "09:00")
    coordinator.presses("Save first contact")
    coordinator.is_told("First contact is recorded")


def assess(coordinator):
    """The whole task list: “Save and continue” leads from each section to the next."""

    def section(title):
        coordinator.sees(title)
        coordinator.presses("Save and continue")

    coordinator.follows("Start the assessment")
    coordinator.follows("What they need")
    coordinator.chooses("Do they need anything to take part?", "Yes")
    coordinator.types("What do they need?", "Short written instructions.")
    section("What they need")
    coordinator.chooses("Could anything put them at risk?", "None known")
    coordinator.chooses("Could they put others at risk?", "None known")
    section("Risks")
    coordinator.chooses("Do they have a medical condition, an allergy or medication?", "None known")
    section("Medical")
    coordinator.types("Whom do we ring?", "Sue Mellor")
    coordinator.types("Phone number", "01332 496 0123")
    coordinator.types("Who are they to the person?", "Mother")
    section("Emergency contact")
    coordinator.chooses("May they be alone with one member of staff?", "Yes")
    section("Being alone with staff")
    coordinator.chooses("Is there work that they must not do?", "None known")
    section("Activities to avoid")
    coordinator.chooses("Is there anybody who must never work beside them?", "None known")
    section("People they must not work beside")
    coordinator.chooses("On which days can they work?", "Saturday", "Sunday")
    section("Days they can work")
    coordinator.chooses("Do they consent to medical treatment in an emergency?", "Yes, it is signed")
    coordinator.chooses("Do they consent to photographs?", "No")
    section("Consents")
    coordinator.presses("Complete the assessment")
    coordinator.sees("Assessed by")


def propose_assess_and_open_a_site(coordinator):
    coordinator.goes_to("Sites")
    coordinator.follows("Add a site")
    coordinator.types("Name of the site", GARDEN)
    coordinator.types("Address", "Bath Street, Ilkeston")
    coordinator.selects("District", "Erewash")
    coordinator.chooses("What kind of work is it?", "Community garden")
    coordinator.types("What people do there", "Clear beds, mend the gate, scrub off paint.")
    coordinator.chooses("On which days does it take people?", "Saturday")
    coordinator.types("How many people can work there at the same time?", "3")
    coordinator.presses("Add the site")
    coordinator.is_told("record its risk assessment and insurance, and open it")
    coordinator.follows(GARDEN)
    coordinator.follows("Record the risk assessment")
    coordinator.dates("When was the site assessed?", TAKEN_ON)
    coordinator.dates("By when must the risk assessment be reviewed?", date(2027, 6, 10))
    coordinator.presses("Save the risk assessment")
    coordinator.follows("Record the insurance")
    coordinator.dates("When does the public liability insurance expire?", date(2027, 3, 31))
    coordinator.presses("Save the insurance")
    coordinator.follows("Open the site")
    coordinator.presses("Open the site")
    coordinator.sees("Active")


def match_and_place(coordinator):
    _open_the_case(coordinator)
    coordinator.follows("Find a site")
    coordinator.sees(GARDEN)
    coordinator.follows("Choose")
    coordinator.types("How many hours at this site?", HOURS)
    coordinator.types("Who signed the agreement?", PERSON)
    coordinator.dates("When was it signed?", PLACED)
    coordinator.presses("Plan the placement")


def plan_the_work(coordinator):
    coordinator.follows("Plan work")
    coordinator.dates("Day, or the first of several", WORK[0])
    coordinator.types("Start", "10:00")
    coordinator.types("End", "13:30")
    coordinator.chooses("How often?", "Several times")
    coordinator.ticks("Saturday")
    coordinator.types("How many sessions?", len(WORK))
    coordinator.presses("Continue")
    coordinator.presses("Plan these sessions")


def log_the_work(coordinator, day):
    """Half an hour's break each time, so that two mornings make six hours."""
    coordinator.goes_to("Work sessions")
    coordinator.follows(f"Record for {PERSON}, {day:%-d %B}")
    coordinator.chooses("What happened?", "Attended and complied")
    coordinator.types("Breaks", "30")
    coordinator.presses("Record the session")


# --- the facilitator ------------------------------------------------------------------------------------------------


def schedule_and_book(facilitator, programme):
    facilitator.goes_to("Workshops")
    facilitator.follows("Schedule a session")
    facilitator.selects("Workshop", programme)
    facilitator.chooses("Who is it for?", "Adults")
    facilitator.dates("Start", WORKSHOP, "14:00")
    facilitator.types("End", "16:30")
    facilitator.chooses("Where is it?", "At a place")
    facilitator.types("Address", "Erewash Museum, High Street, Ilkeston")
    facilitator.selects("District", "Erewash")
    facilitator.types("Number of places", "10")
    facilitator.presses("Schedule session")
    facilitator.is_told("is scheduled for")


def book(colleague):
    """The coordinator, who knows when the person can come."""
    _open_the_case(colleague)
    colleague.follows("Book a workshop")
    colleague.page.get_by_role("radio").first.check()
    colleague.presses("Book this session")
    colleague.is_told(f"{PERSON} is booked")


def take_the_register(facilitator):
    facilitator.home()
    _own_list(facilitator, "Registers to fill in")
    facilitator.chooses("Did the session happen?", "Yes")
    facilitator.presses("Continue")
    facilitator.selects(PERSON, "Attended and complied")
    facilitator.presses("Save register")
    facilitator.sees("Attended")


def enter_the_feedback(facilitator, answers):
    """`answers`: Agree, Disagree or Rather not say to each of the five statements, in their order."""
    facilitator.home()
    _own_list(facilitator, "Feedback to collect")
    facilitator.follows("Add feedback")
    questions = facilitator.page.locator("main").get_by_role("group")
    assert questions.count() == len(answers) == 5
    for question, answer in zip(questions.all(), answers, strict=True):
        question.get_by_label(answer, exact=True).check()
    facilitator.types("Anything else they said", "I never thought who has to clean it.")
    facilitator.presses("Save feedback")
    facilitator.sees("Feedback given")


# --- the practitioner -----------------------------------------------------------------------------------------------


def facilitate_and_agree(practitioner):
    practitioner.home()
    practitioner.follows("IJ/2026/")
    practitioner.sees("offer restorative justice to the victim", VICTIM, "07700 900123, after four")
    practitioner.dates("When did you offer restorative justice to the victim?", PLACED)
    practitioner.presses("Record the offer")
    practitioner.chooses("What did the victim say?", "Wants to go ahead")
    practitioner.dates("When was that?", PLACED + timedelta(days=1))
    practitioner.presses("Record the answer")
    practitioner.chooses("Is the participant willing to take part?", "Yes")
    practitioner.ticks("The participant acknowledges the harm they caused")
    practitioner.presses("Record the answer")
    practitioner.types("What are the risks to either party", "Neighbours. Meet at the library, leave separately.")
    practitioner.presses("Save the risk assessment")
    practitioner.types("How are the parties prepared?", "Two calls each. Mary brings her sister.")
    practitioner.presses("Save the preparation")
    practitioner.chooses("How did the parties meet or speak?", "Direct conference")
    practitioner.dates("When?", MEETING)
    practitioner.presses("Record the meeting or exchange")
    practitioner.sees("Facilitated")
    first = practitioner.page.get_by_role("group", name="Agreed 1")
    first.get_by_label("What", exact=True).select_option(label="Repair")
    first.get_by_label("Who is responsible").fill(PERSON)
    first.get_by_label("In words").fill("Paint the garden gate")
    for part, text in (("Day", "30"), ("Month", "6"), ("Year", "2026")):
        first.get_by_label(part).fill(text)
    practitioner.presses("Save what was agreed")
    practitioner.sees("Outcome agreed", "Paint the garden gate")


# --- the manager ----------------------------------------------------------------------------------------------------


def request_the_report(manager):
    manager.home()
    manager.goes_to("Reports")
    manager.follows("Make a report")
    manager.chooses("Which period?", "Other dates")
    manager.dates("First day", date(2026, 4, 1))
    manager.dates("Last day", date(2026, 6, 30))
    manager.presses("Make the report")


def watch_the_progress(manager):
    expect(manager.page.get_by_role("progressbar")).to_be_visible()


def read_and_download(manager):
    """The text of the PDF, and the rows of the CSV."""
    expect(manager.page.get_by_role("button", name="Download PDF")).to_be_visible(timeout=60_000)
    manager.has_arrived()
    pdf = _download(manager, "Download PDF")
    assert pdf.startswith(b"%PDF")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    rows = csv.reader(_download(manager, "Download CSV").decode("utf-8-sig").splitlines())
    return text, list(rows)


def _download(manager, button):
    with manager.page.expect_download() as download:
        manager.page.get_by_role("button", name=button).click()
    with open(download.value.path(), "rb") as file:
        return file.read()


# --- everybody ------------------------------------------------------------------------------------------------------


def timeline(colleague):
    """What has happened in the case, the oldest first."""
    _open_the_case(colleague)
    colleague.follows("Everything that has happened")
    newest_first, pages = [], colleague.page.get_by_role("navigation", name="Pages")
    while True:
        newest_first += colleague.page.locator(".app-timeline__title").all_inner_texts()
        older = pages.get_by_role("link", name="Next")
        if not older.count():
            return [title.strip() for title in reversed(newest_first)]
        older.click()
        colleague.has_arrived()


def _open_the_case(colleague):
    colleague.goes_to("Cases")
    if not colleague.page.locator("main").get_by_role("link", name=PERSON).count():
        colleague.follows("Closed")
    colleague.follows(PERSON)


def _own_list(colleague, title):
    """The first row of a list on the home page."""
    section = colleague.page.locator("section").filter(has=colleague.page.get_by_role("heading", name=title))
    section.locator(".app-worklist__rows").get_by_role("link").first.click()
    colleague.has_arrived()
