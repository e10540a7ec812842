"""Mentoring in a case: listed, recorded, changed."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts import kept
from accounts.access import needs
from placements import operations, rules
from placements.forms.learning import MentoringForm
from placements.models import MentoringContact
from placements.operations.locking import RUNNING
from placements.operations.mentoring import mentors_for
from placements.tags import mentoring_tag
from placements.views import form_page, note_reading, open_case, posted
from referrals.models import Referral
from referrals.views.pages import sent_once


@needs("placements.read")
def mentoring(request, pk):
    """Every contact, the last first, with what it was about."""
    case = open_case(request, pk)
    contacts = list(case.mentoring_contacts.select_related("mentor", "recorded_by"))
    for contact in contacts:
        contact.tag = mentoring_tag(contact)
    took_place = [contact for contact in contacts if contact.minutes]
    mentors = Referral.objects.visible_to(request.user, "placements.mentor").filter(pk=pk).exists()
    context = {
        "case": case,
        "contacts": contacts,
        "took_place": len(took_place),
        "minutes": sum(contact.minutes for contact in took_place),
        "may_mentor": mentors and case.status in RUNNING,
    }
    return render(request, "placements/mentoring.html", context)


@needs("placements.mentor")
def add_mentoring(request, pk):
    case = open_case(request, pk, "placements.mentor")
    page = reverse("placements:mentoring", args=[pk])
    form = MentoringForm(
        posted(request),
        initial={"mentor": request.user.pk},
        mentors=mentors_for(case),
        button="Save the contact",
        cancel=page,
    )
    kept.offer(request, form)
    return form_page(
        request,
        form,
        lambda: sent_once(request, form, lambda **_: operations.record_mentoring(case, by=request.user, **form.said())),
        title="Record mentoring",
        to=page,
        done=lambda _: _saved(request, "Mentoring recorded."),
        case=case,
    )


@needs("placements.mentor")
def change_mentoring(request, pk):
    rows = MentoringContact.objects.visible_to(request.user, "placements.mentor")
    contact = get_object_or_404(rows.select_related("case__participant", "mentor"), pk=pk)
    note_reading(request, contact.case)
    page = reverse("placements:mentoring", args=[contact.case_id])
    started = rules.local(contact.starts_at)
    names = ("way", "outcome", "about", "next_step", "version")
    form = MentoringForm(
        posted(request),
        initial={
            **{name: getattr(contact, name) for name in names},
            "mentor": contact.mentor_id,
            "minutes": contact.minutes or None,
            "on": started.date(),
            "starts_at": started.time(),
        },
        mentors=mentors_for(contact.case, contact),
        button="Save the change",
        cancel=page,
    )
    kept.offer(request, form)

    def step():
        version = form.cleaned_data["version"] or 0
        return operations.change_mentoring(contact, by=request.user, version=version, **form.said())

    return form_page(
        request,
        form,
        step,
        title=f"Change the mentoring of {rules.date_in_words(started.date())}",
        to=page,
        done=lambda _: _saved(request, "Mentoring changed."),
        case=contact.case,
    )


def _saved(request, words):
    kept.discard(request.user, request.path)
    return words
