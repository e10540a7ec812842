"""Rows for every page to show, and the forms of every role with what makes each of them refuse."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.urls import reverse

from placements.operations import make_participant_link
from referrals.models import OverrideRequest
from reporting.periods import Period
from restorative.lifecycle import Stage
from tests import factories
from tests.factories import NOW
from tests.placements import factories as placing
from tests.placements import learning
from tests.referrals.factories import make_case
from tests.reporting.factories import make_report
from tests.restorative.factories import WAY, make_item, make_process
from tests.workshops import factories as teaching


@dataclass(frozen=True)
class Bad:
    """A form at its address, and bad answers: {label: text} to type, or None to spoil whatever can be typed."""

    path: str
    button: str
    typed: dict | None = field(default=None, hash=False)


def people(force, provider, officer, triager, practitioner, coordinator, manager):
    """A case in every status, and one that each later stage can be shown on."""
    cases = {
        status: make_case(status, officer, triager, provider)
        for status in ("draft", "submitted", "queried", "active", "suspended", "declined", "withdrawn", "returned")
    }
    child = factories.make_child(force)
    completed_at = NOW - timedelta(days=120)
    return {
        **cases,
        "child": factories.make_referral(officer, participant=child),
        "completed": make_case("completed", officer, triager, provider, at=completed_at),
        "new": make_case("active", officer, triager, provider, milestones=()),
        "met": make_case("active", officer, triager, provider, milestones=(), caseworker=coordinator),
        "young": make_case(
            "active", officer, triager, provider, milestones=(), caseworker=coordinator, participant=child
        ),
        "ready": placing.make_ready_case(officer, coordinator),
        "unbooked": teaching.make_ready_case(officer, provider),
    }


class World:
    def __init__(self, force, provider, officer, triager, facilitator, coordinator, practitioner, manager):
        self.cases = people(force, provider, officer, triager, practitioner, coordinator, manager)
        for name in ("submitted", "active", "ready"):
            factories.make_victim(self.cases[name])
        self.document = factories.make_document(self.cases["active"], officer)
        self.cases["restricted"] = factories.make_referral(
            officer, status="submitted", restricted=True, restricted_because="On television.", assigned_to=triager
        )
        self.processes = {
            stage: make_process(
                make_case("active", officer, triager, provider, caseworker=coordinator), practitioner, stage
            )
            for stage in (*WAY, Stage.DECLINED)
        }
        self.item = make_item(self.processes[Stage.AGREED])
        ready = self.cases["ready"]
        self.consent = ready.consents.first()
        self.site = placing.make_site(provider)
        self.proposed = placing.make_site(provider, "Heanor Foodbank", status="proposed", **NO_PAPERS)
        self.placement = placing.make_placement(ready, self.site, coordinator)
        placing.make_paper(self.site, coordinator)
        self.suggested = placing.make_nomination(force)
        self.expired = placing.make_site(provider, "Old Mill", insured_until=date(2026, 6, 9))
        self.work = placing.make_session(self.placement)
        self.ahead = placing.make_session(self.placement, "2026-06-12 09:00")
        self.unplaced = placing.make_ready_case(officer, coordinator)
        self.ended = placing.make_placement(
            placing.make_ready_case(officer, coordinator),
            self.site,
            coordinator,
            status="ended",
            end_reason_id="person_left",
        )
        token = make_participant_link(ready, by=coordinator)
        self.own_page = reverse("placements:own_page", args=[token])
        placing.make_session(
            placing.make_placement(placing.make_ready_case(officer, coordinator), self.expired, coordinator),
            "2026-06-15 09:00",
        )
        self.coming = teaching.make_session(facilitator)
        teaching.make_booking(self.cases["unbooked"], self.coming)
        self.past = teaching.make_session(facilitator, starts_at=NOW - timedelta(days=1))
        self.attended = teaching.make_booking(teaching.make_ready_case(officer, provider), self.past, "attended")
        teaching.make_booking(teaching.make_ready_case(officer, provider), self.past)
        self.wanted = OverrideRequest.objects.create(
            case=self.cases["met"], kind="place_before_workshop", reason="The workshop is full until August.",
            asked_by=coordinator, asked_at=NOW,
        )  # fmt: skip
        self.issued = make_report(
            manager,
            status="ready",
            issued_at=NOW,
            figures={},
            checksum="0" * 64,
            period=Period(date(2024, 1, 1), date(2024, 3, 31)),
        )
        course, first_aid = learning.make_course(provider), learning.make_course(provider, "First aid")
        self.enrolment = learning.make_enrolment(ready, course, coordinator)
        self.learnt = learning.make_learnt(self.enrolment, coordinator)
        self.gained = learning.make_passed(ready, first_aid, coordinator)
        learning.make_contact(ready, coordinator)
        self.failed = make_report(manager, status="failed", error="The report could not be made in 3 attempts.")
        self.notice = factories.make_notice(officer, ready, failed_at=NOW, error="550 no such mailbox", attempts=1)
        factories.make_notice(triager, ready, claimed_at=NOW - timedelta(hours=1))

    def more_pages(self, role):
        """Pages that the menu and its tabs do not lead to: a case in every status, a process at every stage."""
        submitted = [case for case in self.cases.values() if case.status != "draft"]
        cases = [reverse("referrals:detail", args=[case.pk]) for case in submitted]
        processes = [reverse("restorative:detail", args=[process.pk]) for process in self.processes.values()]
        return {
            "referrer": [reverse("referrals:documents", args=[self.document.case_id])],
            "triager": [
                *cases,
                reverse("referrals:find_person"),
                reverse("referrals:same_person", args=[self.cases["active"].pk]),
            ],
            "practitioner": processes,
            "coordinator": [
                *(reverse("placements:site", args=[site.pk]) for site in (self.proposed, self.site, self.expired)),
                reverse("placements:site_sessions", args=[self.expired.pk]),
                reverse("placements:mentoring", args=[self.enrolment.case_id]),
                reverse("placements:courses_of_case", args=[self.enrolment.case_id]),
                reverse("placements:nominations"),
                f"{reverse('placements:caseload')}?whose=everybody",
                reverse("referrals:hand_over_several", args=[self.cases["ready"].caseworker_id]),
                reverse("placements:share", args=[self.cases["ready"].pk]),
                reverse("placements:report_completion", args=[self.cases["ready"].pk]),
                reverse("placements:report_completion", args=[self.ended.case_id]),
                self.own_page,
                *(
                    reverse(f"placements:{page}", args=[self.suggested.pk])
                    for page in ("nomination", "accept_nomination", "decline_nomination", "mark_nomination")
                ),
                reverse("placements:suggest"),
            ],
            "facilitator": [reverse("workshops:session", args=[self.past.pk])],
            "manager": [reverse("reporting:detail", args=[self.failed.pk]), reverse("referrals:restricted")],
            "administrator": [reverse("notices:in_trouble"), reverse("notices:choose")],
        }.get(role, [])

    # --- the forms of each role -------------------------------------------------------------------------------------

    def forms(self, role):
        return {
            "referrer": self._officers,
            "triager": self._triagers,
            "facilitator": self._facilitators,
            "coordinator": self._coordinators,
            "practitioner": self._practitioners,
            "manager": self._managers,
            "administrator": self._administrators,
        }[role]()

    def _case(self, name, verb, button, typed=None):
        return Bad(reverse(f"referrals:{verb}", args=[self.cases[name].pk]), button, typed)

    def _officers(self):
        save = "Save and continue"
        return [
            Bad(reverse("referrals:start"), "Continue"),
            self._case("draft", "edit_person", save),
            self._case("child", "edit_parent", save, {"First names": "Sue"}),
            self._case("draft", "edit_incident", save),
            self._case("child", "edit_disposal", save),
            self._case("draft", "add_victim", save),
            self._case("draft", "edit_risks", save, {"Yes": True}),
            self._case("draft", "edit_consent", save),
            self._case("draft", "edit_authority", save),
            self._case("queried", "answer", "Send the answer"),
            self._case("submitted", "withdraw", "Withdraw the referral"),
            self._case("active", "add_document", "Add the document"),
            Bad(
                reverse("referrals:remove_document", args=[self.document.case_id, self.document.pk]),
                "Remove the document",
                {"Why are you removing it?": ""},
            ),
        ]

    def _triagers(self):
        return [
            self._case("submitted", "accept", "Accept the referral"),
            self._case("submitted", "decline", "Decline the referral"),
            self._case("submitted", "ask", "Send the question"),
            self._case("active", "suspend", "Suspend the case"),
            self._case("active", "restriction", "Restrict the case", {"Why is it restricted?": ""}),
            self._case("restricted", "detail", "Continue", {"Why do you need to open it?": ""}),
            Bad(reverse("referrals:find_person"), "Find", {"Phone number": "12"}),
            Bad(
                reverse("referrals:link", args=[self.cases["active"].pk, self.cases["submitted"].participant_id]),
                "Link the records",
                {"Why are they the same person?": ""},
            ),
            self._case("suspended", "return", "Return the case to the officer"),
            self._case("declined", "ask_override", "Ask a manager"),
            self._case("completed", "check_further_offence", "Save check"),
            Bad(reverse("restorative:start", args=[self.cases["active"].pk]), "Start"),
        ]

    def _facilitators(self):
        return [
            Bad(reverse("workshops:schedule_session"), "Schedule session"),
            Bad(reverse("workshops:give_feedback", args=[self.attended.pk]), "Save feedback"),
            Bad(reverse("workshops:cancel_session", args=[self.coming.pk]), "Cancel this session"),
        ]

    def _coordinators(self):
        def placements(verb, row, button, *more):
            return Bad(reverse(f"placements:{verb}", args=[row.pk, *more]), button)

        return [
            self._case("met", "first_contact", "Save first contact"),
            *(
                placements("assess_section", self.cases["young"], "Save and continue", section)
                for section in ("needs", "risks", "emergency", "days", "consents")
            ),
            Bad(
                reverse("referrals:withdraw_consent", args=[self.cases["ready"].pk, self.consent.pk]),
                "Withdraw the consent",
                {"Who withdraws it?": ""},
            ),
            self._case("ready", "give_consent", "Record the consent", {"Who signed?": ""}),
            Bad(reverse("placements:add_site"), "Add the site"),
            placements("edit_site", self.site, "Save the site"),
            placements("assess_site", self.proposed, "Save the risk assessment"),
            placements("insure_site", self.proposed, "Save the insurance"),
            Bad(reverse("placements:suspend_site", args=[self.site.pk]), "Suspend the site", {"Why?": ""}),
            placements("accept_nomination", self.suggested, "Accept, and add the site"),
            placements("plan_placement", self.unplaced, "Plan the placement", self.site.pk),
            placements("plan_work", self.placement, "Continue"),
            placements("move_work", self.ahead, "Move the session"),
            placements("record_work", self.work, "Record the session"),
            placements("today_times", self.work, "Continue"),
            placements("today_absence", self.work, "Continue"),
            placements("log_unplanned_work", self.placement, "Record the session"),
            placements("end_placement", self.placement, "End the placement"),
            placements("adjust_hours", self.cases["ready"], "Adjust the hours"),
            self._case("met", "hand_over", "Hand over"),
            placements("report_completion", self.ended.case, "Send the report"),
            Bad(reverse("own_phone"), "Save the number", {"Work phone number": "ring me"}),
            placements("add_mentoring", self.cases["ready"], "Save the contact"),
            placements("enrol", self.cases["ready"], "Enrol"),
            placements("record_learnt", self.enrolment, "Save what they learnt"),
            placements("finish_course", self.enrolment, "Save the result"),
            placements("leave_course", self.enrolment, "They left the course"),
            Bad(reverse("placements:reopen_course", args=[self.gained.pk]), "Take the result back", NO_REASON),
            placements("add_certificate", self.gained, "Add the certificate"),
            Bad(reverse("placements:take_back_learnt", args=[self.learnt.pk]), "Take it back", NO_REASON),
            Bad(reverse("placements:add_course"), "Add the course"),
        ]

    def _practitioners(self):
        def step(stage, verb, button):
            return Bad(reverse("restorative:step", args=[self.processes[stage].pk, verb]), button)

        return [
            step(Stage.IDENTIFIED, "offer", "Record the offer"),
            step(Stage.OFFERED, "answer", "Record the answer"),
            step(Stage.ACCEPTED, "participant", "Record the answer"),
            step(Stage.PARTICIPANT_WILLING, "assess_risk", "Save the risk assessment"),
            step(Stage.RISK_ASSESSED, "prepare", "Save the preparation"),
            step(Stage.PREPARING, "facilitate", "Record the meeting or exchange"),
            step(Stage.FACILITATED, "agree", "Save what was agreed"),
            step(Stage.FOLLOW_UP, "finish", "Close the process"),
            step(Stage.ACCEPTED, "stop", "Stop the process"),
            step(Stage.ACCEPTED, "contact", "Save the contact"),
            Bad(reverse("restorative:mark_done", args=[self.processes[Stage.AGREED].pk, self.item.pk]), "Mark as done"),
        ]

    def _managers(self):
        return [
            Bad(reverse("referrals:decide_override", args=[self.wanted.pk]), "Save decision"),
            self._case("restricted", "admit", "Admit", {}),
            Bad(reverse("reporting:request"), "Make the report", OTHER_DATES),
            Bad(reverse("reporting:figures"), "Show the figures", OTHER_DATES),
            Bad(reverse("reporting:correct", args=[self.issued.pk]), "Make the new version"),
        ]

    def _administrators(self):
        return [
            Bad(reverse("accounts:add"), "Add the person and send the email"),
            Bad(reverse("account_change_password"), "Save the new password"),
            Bad(reverse("notices:give_up", args=[self.notice.pk]), "Give up", {"Why is it not sent?": ""}),
        ]


NO_PAPERS = {"risk_assessed_on": None, "risk_review_on": None, "insured_until": None}
NO_REASON = {"Why is it taken back?": ""}
OTHER_DATES = {"Other dates": True, "First day": date(2026, 7, 1)}
