"""The assessment of a participant: a task list whose sections are answered one by one, and what it says."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import IllegalMove
from govuk.forms import Form
from govuk.layout import Hidden
from placements import operations, rules
from placements.forms.assessment import SECTION_FORMS
from placements.models import Assessment
from placements.operations.assessing import (
    FIELDS,
    age_today,
    consents_in_force,
    section_as_seen,
    still_lacking,
)
from placements.operations.locking import RUNNING
from placements.views import open_case, posted

NOT_YET, NONE_KNOWN = "Not answered yet", "None known"
FREE_TEXT = ("needs", "risk_to_self", "risk_to_others", "medical", "activities_to_avoid")


def rows_of(case, assessment, section) -> list[tuple]:
    """(what, what it says) of a section, for the page."""
    done = bool(assessment and section in assessment.sections_done)
    if section == "consents":
        return _consents(case, done)
    if not done:
        return [(rules.SECTIONS[section], NOT_YET)]
    if section == "apart":
        references = list(assessment.never_with.values_list("reference", flat=True).order_by("reference"))
        return [("Never beside", references or NONE_KNOWN)]
    return [(LABELS[name], _value(assessment, name)) for name in FIELDS[section]]


LABELS = {
    "needs": "What they need",
    "risk_to_self": "Risk to themselves",
    "risk_to_others": "Risk to others",
    "medical": "Medical",
    "emergency_contact_name": "Emergency contact",
    "emergency_contact_phone": "Emergency phone",
    "emergency_contact_relationship": "Who the contact is",
    "may_work_alone": "May be alone with one member of staff",
    "activities_to_avoid": "Activities to avoid",
    "days_available": "Can work on",
}


def _value(assessment, name):
    value = getattr(assessment, name)
    if name == "days_available":
        return rules.days_in_words(value)
    return NONE_KNOWN if name in FREE_TEXT and not value else value


def _consents(case, done):
    in_force = {row.kind: row for row in consents_in_force(case)}
    return [
        (
            f"Consent {words}",
            f"Signed by {row.given_by} ({row.relationship}) on {rules.date_in_words(row.given_on)}"
            if (row := in_force.get(kind))
            else ("Not given" if done else NOT_YET),
        )
        for kind in rules.asked_of(rules.is_child(age_today(case)))
        for words in [CONSENTS[kind]]
    ]


CONSENTS = {**rules.CONSENTS_FOR_A_CHILD, "photo": "to photographs"}


def _sections(case, assessment, link: str):
    """Each section with its title, its address and what it says."""
    return [
        {"title": title, "href": reverse(link, args=[case.pk, name]), "rows": rows_of(case, assessment, name)}
        for name, title in rules.SECTIONS.items()
    ]


@needs("placements.read")
def assessment(request, pk):
    """What the assessment says, complete or not."""
    case = open_case(request, pk)
    found = Assessment.objects.filter(case=case).select_related("started_by", "completed_by").first()
    may = request.user.may("placements.assess") and case.status in RUNNING
    if may and (found is None or found.completed_at is None):
        return redirect("placements:assess", pk=pk)
    context = {
        "case": case,
        "assessment": found,
        "progress": rules.progress(found.sections_done) if found else "",
        "may_edit": may,
        "sections": _sections(case, found, "placements:assess_section"),
        "may_see_consents": request.user.may("referrals.note"),
    }
    return render(request, "placements/assessment.html", context)


@needs("placements.assess")
def assess(request, pk):
    """The task list; from here the assessment is completed."""
    case = open_case(request, pk, "placements.assess")
    form = Form(posted(request))
    if request.method == "POST":
        with refusals_shown_on(form):
            operations.complete_assessment(case, by=request.user)
            messages.success(request, f"Assessment of {case.participant.name} completed.")
            return redirect("referrals:detail", pk=pk)
    found = Assessment.objects.filter(case=case).select_related("started_by", "completed_by").first()
    lacks = still_lacking(case, found)
    done = found.sections_done if found else []
    items = [
        {
            "title": {"text": title},
            "href": reverse("placements:assess_section", args=[pk, name]),
            "status": _status(name, done, lacks),
            "hint": {"text": lacks[name]} if name in lacks and name in done else None,
        }
        for name, title in rules.SECTIONS.items()
    ]
    context = {
        "case": case,
        "form": form,
        "assessment": found,
        "progress": rules.progress(done),
        "task_list": {"items": items},
        "complete": not lacks,
    }
    return render(request, "placements/assess.html", context, status=status_of(form))


def _status(name, done, lacks) -> dict:
    """As the task list component wants it."""
    if name not in done:
        return {"tag": {"text": "Not started", "classes": "govuk-tag--grey"}}
    if name in lacks:
        return {"tag": {"text": "Not finished", "classes": "govuk-tag--blue"}}
    return {"text": "Completed"}


@needs("placements.assess")
def assess_section(request, pk, section):
    """One section. Where a colleague answered it meanwhile, what stands there is shown above what was typed."""
    if section not in SECTION_FORMS:
        raise Http404
    case = open_case(request, pk, "placements.assess")
    found = Assessment.objects.filter(case=case).first()
    form = _form(request, case, found, section)
    kept.offer(request, form)
    seen, stands = _seen(request, case, found, section), []
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            try:
                saved = operations.answer_section(case, section, by=request.user, seen=seen, **form.answers())
            except IllegalMove:
                found = Assessment.objects.filter(case=case).first()
                now_seen = section_as_seen(case, found, section)
                if seen != now_seen:
                    seen, stands = now_seen, rows_of(case, found, section)
                raise
            kept.discard(request.user, request.path)
            return redirect(_following(request, case, saved, section))
    form.helper.layout.append(Hidden("seen", seen or section_as_seen(case, found, section)))
    context = {
        "case": case,
        "form": form,
        "title": rules.SECTIONS[section],
        "section": section,
        "stands": stands,
        "in_force": [row for row in rows_of(case, found, "consents") if row[1] not in (NOT_YET, "Not given")]
        if section == "consents"
        else [],
    }
    return render(request, "placements/assess_section.html", context, status=status_of(form))


def _form(request, case, found, section):
    asks = {}
    if section == "consents":
        child = rules.is_child(age_today(case))
        in_force = {row.kind for row in consents_in_force(case)}
        asks = {"child": child, "asked_for": [kind for kind in rules.asked_of(child) if kind not in in_force]}
    return SECTION_FORMS[section](posted(request), case=case, user=request.user, assessment=found, **asks)


def _seen(request, case, found, section) -> str | None:
    """What the section said when the form was opened; None where the form does not say."""
    if request.method == "POST":
        return request.POST.get("seen")
    if restored := getattr(request, "kept", None):
        return restored.typed.get("seen", [None])[0]
    return section_as_seen(case, found, section)


def _following(request, case, saved, section) -> str:
    """The next section that is not done; once all are, the task list; of a complete assessment, what it says."""
    if saved.completed_at:
        messages.success(request, f"Assessment changed: {rules.SECTIONS[section].lower()}.")
        return reverse("placements:assessment", args=[case.pk])
    order = list(rules.SECTIONS)
    after = order[order.index(section) + 1 :] + order[: order.index(section)]
    left = [name for name in after if name not in saved.sections_done]
    if "later" in request.POST or not left:
        messages.success(request, f"Saved: {rules.SECTIONS[section].lower()}.")
        return reverse("placements:assess", args=[case.pk])
    return reverse("placements:assess_section", args=[case.pk, left[0]])
