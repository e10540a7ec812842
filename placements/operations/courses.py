"""Courses: what the provider offers, who is on them, what was learnt, and what came of it."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from audit.trail import IllegalMove, Refusal, move, record
from placements import lifecycle, rules
from placements.lifecycle import EnrolmentStatus
from placements.models import Course, CourseLeaveReason, CourseSession, Enrolment, HoursLine
from placements.operations.ledger import credit_course, reverse_course
from placements.operations.locking import lock_case
from placements.rules import learning
from referrals.models import Document
from referrals.operations import add_document, lock_for_stage

Result = Enrolment.Result


@dataclass(frozen=True)
class Learnt:
    """What was learnt in one session, the minutes it is worth, and those that count towards the order."""

    course_session: CourseSession
    worth: int
    credited: int


# --- the catalogue ----------------------------------------------------------------------------------------------------


def _check_course(fields):
    if fields["sessions"] < 1:
        raise Refusal("Enter how many sessions the course has, 1 or more.", "sessions")
    if fields["level"] != Course.Level.NONE and not fields["awarding_body"].strip():
        raise Refusal(
            f"A course at {Course.Level(fields['level']).label.lower()} leads to a qualification: enter who awards it.",
            "awarding_body",
        )


def _save(course):
    try:
        with transaction.atomic():
            course.save()
    except IntegrityError as error:
        if "placements_course_once" not in str(error):
            raise
        raise Refusal(
            f"{course.title} of this awarding body and level is already among the courses.", "title"
        ) from None


def _locked_course(course, version: int) -> Course:
    current = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    if current.version != version:
        raise IllegalMove(f"{current} was changed after you opened it. Nothing was changed: open it again.")
    current.version += 1
    return current


@transaction.atomic
def add_course(*, by, **fields) -> Course:
    """The user's provider offers the course. Refused without a session, with a level that nobody awards, and for the
    same title, awarding body and level twice."""
    _check_course(fields)
    course = Course(provider=by.organisation, **fields)
    _save(course)
    record(lifecycle.COURSE_ADDED, by=by, ids=[course.pk])
    return course


@transaction.atomic
def edit_course(course, *, by, version: int, **fields) -> None:
    """The course says what is given; what was gained on it before keeps its name, awarding body and level. Refused as
    add_course() refuses, and where somebody changed it since it was read (`version`)."""
    _check_course(fields)
    current = _locked_course(course, version)
    for name, value in fields.items():
        setattr(current, name, value)
    _save(current)
    record(lifecycle.COURSE_EDITED, by=by, ids=[current.pk])


@transaction.atomic
def offer_course(course, *, by, version: int, offered: bool) -> None:
    """People can be enrolled on the course, or not any more; whoever is on it goes on. Refused where it is so already,
    and where somebody changed it since it was read."""
    current = _locked_course(course, version)
    if current.offered == offered:
        raise IllegalMove(f"{current} is {'offered' if offered else 'not offered any more'} already.")
    current.offered = offered
    _save(current)
    record(lifecycle.COURSE_OFFERED if offered else lifecycle.COURSE_RETIRED, by=by, ids=[current.pk])


# --- one case on one course -------------------------------------------------------------------------------------------


@transaction.atomic
def enrol(case, course, *, by, on: date) -> Enrolment:
    """The case is on the course. Refused before the assessment and without consent (lock_for_stage), on a course that
    is not offered or another provider's, on a future day or before the case was accepted, and where the person is on
    it or has passed it in this case."""
    current = lock_for_stage(case, "course")
    course = Course.objects.get(pk=course.pk)
    if course.provider_id != current.provider_id:
        raise Refusal(f"{course} is not a course of the provider of this case.", "course")
    if not course.offered:
        raise Refusal(f"{course} is not offered any more. Choose another course.", "course")
    since = rules.local(current.decided_at).date() if current.decided_at else on
    if on < since:
        raise Refusal(f"The case was accepted on {rules.date_in_words(since)}. Enter a day from then on.", "on")
    if on > timezone.localdate():
        raise Refusal(f"{rules.date_in_words(on)} has not come yet. Enter the day on which they were enrolled.", "on")
    for other in current.enrolments.filter(course=course):
        if other.status == EnrolmentStatus.ENROLLED:
            day = rules.date_in_words(other.enrolled_on)
            raise IllegalMove(f"They are on {course} already, since {day}.", "course")
        if other.result == Result.PASSED and other.result_on:
            day = rules.date_in_words(other.result_on)
            raise IllegalMove(f"They passed {course} on {day}. Choose another course.", "course")
    enrolment = Enrolment.objects.create(case=current, course=course, enrolled_on=on, enrolled_by=by)
    record(lifecycle.ENROLLED, by=by, case=current, ids=[enrolment.pk], course=course.title)
    return enrolment


def _locked(enrolment, so: str):
    """The case, locked, and the enrolment as it stands."""
    case = lock_case(enrolment.case, so=so)
    return case, Enrolment.objects.select_related("course", "leave_reason").get(pk=enrolment.pk)


def _as_read(current, version: int):
    if current.version != version:
        raise IllegalMove(
            f"The course {current.course} is “{current.get_status_display().lower()}” now: somebody changed it after "
            "you opened it. Nothing was changed: open it again."
        )


@transaction.atomic
def record_learnt(enrolment, *, by, on: date, minutes: int, online: bool) -> Learnt:
    """They learnt so long on that day; what of it counts towards the order follows from the rules (ledger). Refused
    unless they are on the course, for a day that has one already, in the future or before the enrolment, for more than
    the longest day, and in a closed case."""
    case, current = _locked(enrolment, "nothing more can be recorded on its courses")
    if current.status != EnrolmentStatus.ENROLLED:
        raise IllegalMove(
            f"The course {current.course} is “{current.get_status_display().lower()}”, so nothing more can be recorded "
            "on it."
        )
    now = timezone.now()
    learning.check_learnt(timezone.localdate(now), on, minutes, current.enrolled_on)
    same = current.learnt.filter(on=on, taken_back_at=None).select_related("recorded_by").first()
    if same:
        raise IllegalMove(
            f"{same.recorded_by} recorded {rules.in_words(same.minutes)} for {rules.date_in_words(on)} already. To "
            "change that, take it back first.",
            "on",
        )
    session = CourseSession.objects.create(
        case=case, enrolment=current, on=on, minutes=minutes, online=online, recorded_by=by, recorded_at=now
    )
    worth, credited = credit_course(case, session, by=by)
    return Learnt(session, worth, credited)


def as_recorded(course_session) -> Learnt:
    """What record_learnt() said of a session that stands."""
    return Learnt(course_session, course_session.minutes, counted(course_session))


def counted(course_session) -> int:
    """The minutes of a session that count towards the order, as the ledger has them."""
    return sum(line.minutes for line in course_session.lines.all() if line.account == HoursLine.Account.COURSE)


@transaction.atomic
def take_back_learnt(course_session, *, by, reason: str) -> None:
    """The session was recorded by mistake: it stays, marked, and what counted of it is reversed in the ledger. Refused
    without a reason, a second time, once the course has its result (which is reopened first), and in a closed case."""
    if not reason.strip():
        raise Refusal("Enter why it is taken back.", "reason")
    _, enrolment = _locked(course_session.enrolment, "nothing on its courses can be changed")
    current = CourseSession.objects.select_related("taken_back_by").get(pk=course_session.pk)
    if current.taken_back_at:
        raise IllegalMove(
            f"{current.taken_back_by} took this back on {timezone.localtime(current.taken_back_at):%-d %B %Y at %H:%M}."
        )
    if enrolment.status == EnrolmentStatus.FINISHED:
        raise IllegalMove(f"The course {enrolment.course} has its result. Take the result back first.")
    current.taken_back_at, current.taken_back_by, current.taken_back_because = timezone.now(), by, reason.strip()
    current.save()
    reverse_course(current, by=by, reason=reason.strip())


@transaction.atomic
def finish_course(enrolment, *, by, version: int, result: str, on: date, certificate_number: str = "") -> None:
    """The course has its result. Who passed one that somebody awards has gained a qualification, under the name,
    awarding body and level that it has today. Refused for a day in the future, before the enrolment or the last day
    learnt, for a certificate of what was not passed, where somebody was first (`version`), and in a closed case."""
    case, current = _locked(enrolment, "no result can be recorded in it")
    if current.status == EnrolmentStatus.ENROLLED:
        _as_read(current, version)
    result, course = Result(result), current.course
    last = current.learnt.filter(taken_back_at=None).aggregate(last=Max("on"))["last"]
    learning.check_result(timezone.localdate(), on, current.enrolled_on, last)
    number = certificate_number.strip()
    if number and result == Result.NOT_PASSED:
        raise Refusal(
            f"They did not pass, so there is no certificate {number}. Leave the number out.", "certificate_number"
        )
    passed = result == Result.PASSED
    move(
        current,
        lifecycle.FINISH_COURSE,
        by=by,
        case=case,
        event={"course": course.title, "result": result.label.lower()},
        result=result,
        result_on=on,
        qualification=course.title if passed and course.awarding_body else "",
        awarding_body=course.awarding_body,
        level=course.level,
        certificate_number=number,
        version=current.version + 1,
    )


@transaction.atomic
def reopen_course(enrolment, *, by, version: int, reason: str) -> None:
    """The result was recorded by mistake: they are on the course again, and have not gained what it said. A certificate
    that was added stays among the documents. Refused without a reason, where they were enrolled anew, where somebody
    was first (`version`), and in a closed case."""
    if not reason.strip():
        raise Refusal("Enter why the result is taken back.", "reason")
    case, current = _locked(enrolment, "no result can be changed in it")
    if current.status == EnrolmentStatus.FINISHED:
        _as_read(current, version)
    if case.enrolments.filter(course=current.course, status=EnrolmentStatus.ENROLLED).exclude(pk=current.pk).exists():
        raise IllegalMove(f"They were enrolled on {current.course} again since. Record the result there.")
    move(
        current,
        lifecycle.REOPEN_COURSE,
        by=by,
        case=case,
        event={"course": current.course.title, "reason": reason.strip()},
        result="",
        result_on=None,
        qualification="",
        awarding_body="",
        level="",
        certificate_number="",
        certificate=None,
        version=current.version + 1,
    )


@transaction.atomic
def leave_course(enrolment, *, by, version: int, reason) -> None:
    """They are not on the course any more, for a coded reason; what they learnt still counts. Refused unless they were
    on it, where somebody was first (`version`), and in a closed case."""
    case, current = _locked(enrolment, "nothing on its courses can be changed")
    if current.status == EnrolmentStatus.ENROLLED:
        _as_read(current, version)
    _leave(current, case, by, reason)


def leave_courses(case, *, by) -> None:
    """Whoever is on a course when the case closes is not on it any more. Called in the transaction that closes it."""
    there = case.enrolments.filter(status=EnrolmentStatus.ENROLLED).select_related("course")
    reason = CourseLeaveReason.objects.get(code="case_closed") if there else None
    for enrolment in there:
        _leave(enrolment, case, by, reason)


def _leave(enrolment, case, by, reason):
    move(
        enrolment,
        lifecycle.LEAVE_COURSE,
        by=by,
        case=case,
        event={"course": enrolment.course.title, "reason": reason.label.lower()},
        leave_reason=reason,
        version=enrolment.version + 1,
    )


def add_certificate(enrolment, *, by, upload, key: str = "") -> Document:
    """The certificate is kept among the documents of the case, which its officers, the triage team and the provider
    read, and stands beside the result. The bytes come first (add_document, which refuses what it refuses); an earlier
    certificate stays among the documents, and is not kept again: whoever took a result back adds the same one to the
    next. Refused without a result to certify, and in a closed case."""
    current = Enrolment.objects.select_related("course", "case").get(pk=enrolment.pk)
    _certifiable(current)
    kept = Document.objects.filter(case=current.case, kind=Document.Kind.CERTIFICATE, for_provider=True)
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    document = kept.filter(sha256=digest, removed_at__isnull=True).first() or add_document(
        current.case,
        by=by,
        upload=upload,
        kind=Document.Kind.CERTIFICATE,
        title=f"{current.course.title[:90]}: certificate",
        for_provider=True,
        key=key and hashlib.sha256(f"{enrolment.pk} {key}".encode()).hexdigest(),
    )
    with transaction.atomic():
        case, current = _locked(enrolment, "its certificates can only be read")
        _certifiable(current)
        if current.certificate_id != document.pk:
            current.certificate, current.version = document, current.version + 1
            current.save(update_fields=["certificate", "version"])
            record(
                lifecycle.COURSE_CERTIFIED, by=by, case=case, ids=[current.pk, document.pk], course=current.course.title
            )
    return document


def _certifiable(enrolment):
    if enrolment.result not in (Result.PASSED, Result.ATTENDED):
        raise IllegalMove(
            f"The course {enrolment.course} has no result that a certificate could be of. Record the result first."
        )
