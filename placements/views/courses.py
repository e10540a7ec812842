"""Courses: the provider's catalogue."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.access import needs
from placements import operations
from placements.forms.learning import CourseForm, OfferForm, course_in_words
from placements.models import Course
from placements.views import form_page, posted
from referrals.views.pages import sent_once


@needs("placements.read")
def courses(request):
    """What is offered, and below it what is not any more; with how many people are on each course, and passed it."""
    visible = Course.objects.visible_to(request.user).select_related("provider")
    listed = visible.annotate(
        on_it=Count("enrolments", filter=Q(enrolments__status="enrolled")),
        passed=Count("enrolments", filter=Q(enrolments__result="passed")),
    ).order_by("title", "level", "pk")
    rows = list(listed)
    for course in rows:
        course.words = course_in_words(course)
    groups = [
        ("Courses that people can be enrolled on", [course for course in rows if course.offered]),
        ("Not offered any more", [course for course in rows if not course.offered]),
    ]
    return render(
        request,
        "placements/courses.html",
        {
            "groups": [group for group in groups if group[1]],
            "may_manage": request.user.may("placements.mentor"),
            "several": len({course.provider_id for course in rows}) > 1,
        },
    )


@needs("placements.mentor")
def add_course(request):
    page = reverse("placements:courses")
    form = CourseForm(posted(request), initial={"level": "none"}, button="Add the course", cancel=page)
    return form_page(
        request,
        form,
        lambda: sent_once(request, form, lambda **_: operations.add_course(by=request.user, **form.course())),
        title="Add a course",
        to=page,
        done=lambda _: f"{form.cleaned_data['title']} added.",
    )


def _open_course(request, pk) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.user, "placements.mentor"), pk=pk)


@needs("placements.mentor")
def edit_course(request, pk):
    course = _open_course(request, pk)
    page = reverse("placements:courses")
    names = ("title", "awarding_body", "level", "sessions", "version")
    initial = {name: getattr(course, name) for name in names}
    form = CourseForm(
        posted(request),
        initial={**initial, "online": "online" if course.online else "room"},
        button="Save the course",
        cancel=page,
    )
    return form_page(
        request,
        form,
        lambda: operations.edit_course(
            course, by=request.user, version=form.cleaned_data["version"] or 0, **form.course()
        ),
        title=f"Change {course}",
        to=page,
        done=lambda _: "Course changed.",
        text="Who has passed it keeps the qualification under the name, awarding body and level that it had then.",
    )


@needs("placements.mentor")
def offer_course(request, pk, offered):
    """Offer the course, or not any more, after a question."""
    course = _open_course(request, pk)
    page = reverse("placements:courses")
    form = OfferForm(
        posted(request),
        initial={"version": course.version},
        button="Offer the course" if offered else "Stop offering it",
        style="" if offered else "warning",
        cancel=page,
    )
    return form_page(
        request,
        form,
        lambda: operations.offer_course(
            course, by=request.user, version=form.cleaned_data["version"] or 0, offered=offered
        ),
        title=f"Offer {course} again?" if offered else f"Stop offering {course}?",
        text="People can be enrolled on it at once."
        if offered
        else "Nobody can be enrolled on it then. Who is on it goes on, and what was gained on it stays.",
        to=page,
        done=lambda _: f"{course} is {'offered again' if offered else 'not offered any more'}.",
    )
