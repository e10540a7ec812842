"""The courses of one case: enrolled, learnt, finished or left."""

import hashlib

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.access import needs
from placements import learnt, operations, rules
from placements.forms.learning import (
    CertificateForm,
    EnrolForm,
    LearntForm,
    LeaveCourseForm,
    ResultForm,
    TakeBackForm,
)
from placements.models import Course, CourseSession, Enrolment, HoursAccount
from placements.operations.courses import counted
from placements.operations.locking import RUNNING
from placements.rules import learning
from placements.tags import enrolment_tag
from placements.views import form_page, note_reading, open_case, posted
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.views.pages import sent_once


def _order(case) -> tuple[int, int, int]:
    """(Required, credited, of that by courses) in minutes; before the first line of the account, as the plan asks."""
    account = HoursAccount.objects.filter(case=case).first()
    if account is None:
        return case.plan.minutes_required, 0, 0
    return account.minutes_required, account.minutes_credited, account.minutes_by_courses


@needs("placements.read")
def courses_of_case(request, pk):
    """Every course of the case, with what was learnt and how much of it counts."""
    case = open_case(request, pk)
    enrolments = list(
        case.enrolments.select_related("course", "certificate", "leave_reason").prefetch_related(
            "learnt__recorded_by", "learnt__taken_back_by", "learnt__lines"
        )
    )
    for enrolment in enrolments:
        enrolment.tag, enrolment.gained = enrolment_tag(enrolment), learnt.gained(enrolment)
        enrolment.sessions_learnt = enrolment.learnt.all()
        enrolment.standing = [session for session in enrolment.sessions_learnt if not session.taken_back_at]
        enrolment.minutes = sum(session.minutes for session in enrolment.standing)
        for session in enrolment.sessions_learnt:
            session.counted = counted(session)
    mentors = Referral.objects.visible_to(request.user, "placements.mentor").filter(pk=pk).exists()
    return render(
        request,
        "placements/courses_of_case.html",
        {
            "case": case,
            "enrolments": enrolments,
            "share": learning.share_in_words(*_order(case)),
            "may_record": mentors and case.status in RUNNING,
            "may_enrol": mentors and case.status == Status.ACTIVE and hasattr(case, "assessment"),
        },
    )


@needs("placements.mentor")
def enrol(request, pk):
    case = open_case(request, pk, "placements.mentor")
    page = reverse("placements:courses_of_case", args=[pk])
    offered = Course.objects.filter(provider=case.provider_id, offered=True)
    form = EnrolForm(posted(request), courses=offered, cancel=page)

    def make(course, on):
        return operations.enrol(case, course, by=request.user, on=on)

    return form_page(
        request,
        form,
        lambda: sent_once(request, form, make),
        title="Enrol on a course",
        to=page,
        done=lambda _: f"Enrolled on {form.cleaned_data['course']}.",
        case=case,
        template="placements/enrol.html",
        no_courses=not offered,
    )


def _open_enrolment(request, pk):
    """(the enrolment, the page of the case's courses)"""
    rows = Enrolment.objects.visible_to(request.user, "placements.mentor")
    rows = rows.select_related("course", "case__participant", "case__plan", "case__hours_account")
    enrolment = get_object_or_404(rows, pk=pk)
    note_reading(request, enrolment.case)
    return enrolment, reverse("placements:courses_of_case", args=[enrolment.case_id])


@needs("placements.mentor")
def record_learnt(request, pk):
    enrolment, page = _open_enrolment(request, pk)
    form = LearntForm(
        posted(request), course=enrolment.course, share=learning.share_in_words(*_order(enrolment.case)), cancel=page
    )
    recorded = []

    def make(**_):
        recorded.append(operations.record_learnt(enrolment, by=request.user, **form.learnt()))
        return recorded[0].course_session

    return form_page(
        request,
        form,
        lambda: sent_once(request, form, make),
        title=f"What they learnt: {enrolment.course}",
        to=page,
        done=lambda _: _what_counted(enrolment.case, recorded[0]) if recorded else "This is recorded already.",
        case=enrolment.case,
    )


def _what_counted(case, recorded) -> str:
    required, credited, _ = _order(case)
    return learning.counted_in_words(recorded.worth, recorded.credited, required, required - credited)


@needs("placements.mentor")
def take_back_learnt(request, pk):
    rows = CourseSession.objects.filter(
        case__in=Referral.objects.visible_to(request.user, "placements.mentor")
    ).select_related("case__participant", "enrolment__course")
    session = get_object_or_404(rows, pk=pk)
    note_reading(request, session.case)
    page = reverse("placements:courses_of_case", args=[session.case_id])
    form = TakeBackForm(posted(request), button="Take it back", cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.take_back_learnt(session, by=request.user, reason=form.cleaned_data["reason"]),
        title=f"Take back what was recorded for {rules.date_in_words(session.on)}?",
        text=f"{session.enrolment.course}, {rules.in_words(session.minutes)}. It stays on record, marked, and does not "
        "count any more.",
        to=page,
        done=lambda _: "Taken back.",
        case=session.case,
    )


@needs("placements.mentor")
def finish_course(request, pk):
    enrolment, page = _open_enrolment(request, pk)
    form = ResultForm(posted(request), initial={"version": enrolment.version}, course=enrolment.course, cancel=page)

    def step():
        given = form.cleaned_data
        return operations.finish_course(
            enrolment, by=request.user, version=given["version"] or 0, result=given["result"], on=given["on"],
            certificate_number=given["certificate_number"],
        )  # fmt: skip

    return form_page(
        request,
        form,
        step,
        title=f"Result of {enrolment.course}",
        to=page,
        done=lambda _: "Result recorded.",
        case=enrolment.case,
    )


@needs("placements.mentor")
def reopen_course(request, pk):
    enrolment, page = _open_enrolment(request, pk)
    form = TakeBackForm(
        posted(request), initial={"version": enrolment.version}, button="Take the result back", cancel=page
    )
    return form_page(
        request,
        form,
        lambda: operations.reopen_course(
            enrolment,
            by=request.user,
            version=form.cleaned_data["version"] or 0,
            reason=form.cleaned_data["reason"],
        ),
        title=f"Take the result of {enrolment.course} back?",
        text="For a result that was recorded by mistake: they are on the course again, and a qualification that it "
        "said they gained does not count.",
        to=page,
        done=lambda _: "Result taken back.",
        case=enrolment.case,
    )


@needs("placements.mentor")
def leave_course(request, pk):
    enrolment, page = _open_enrolment(request, pk)
    form = LeaveCourseForm(posted(request), initial={"version": enrolment.version}, cancel=page)
    return form_page(
        request,
        form,
        lambda: operations.leave_course(
            enrolment,
            by=request.user,
            version=form.cleaned_data["version"] or 0,
            reason=form.cleaned_data["reason"],
        ),
        title=f"Leave {enrolment.course}",
        text="What they learnt stays on record, and what counts of it goes on counting.",
        to=page,
        done=lambda _: f"They are not on {enrolment.course} any more.",
        case=enrolment.case,
    )


@needs("placements.mentor")
def add_certificate(request, pk):
    enrolment, page = _open_enrolment(request, pk)
    form = CertificateForm(posted(request), request.FILES or None, cancel=page)

    def step():
        upload, page_key = form.cleaned_data["file"], form.cleaned_data["once"]
        digest = hashlib.file_digest(upload, "sha256").hexdigest()[:40]
        key = f"{page_key}-{digest}" if page_key else ""
        return operations.add_certificate(enrolment, by=request.user, upload=upload, key=key)

    return form_page(
        request,
        form,
        step,
        title=f"Certificate of {enrolment.course}",
        to=page,
        done=lambda document: f"“{document.title}” is added. {document.get_scan_display()}.",
        case=enrolment.case,
    )
