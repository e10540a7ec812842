"""The officer's pages: look for the person, fill in the sections in any order, check, submit."""

from datetime import date
from functools import wraps

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from govuk.forms import Form
from govuk.layout import Hidden
from referrals import facts, lifecycle, operations
from referrals.forms import drafting, people, victims
from referrals.lifecycle import Status
from referrals.likeness import LookedFor, look_for
from referrals.models import Person, Referral
from referrals.operations.drafting import NotEligible
from referrals.rules import Outcome
from referrals.views.eligibility import checked_answers
from referrals.views.pages import made_before, open_case, posted, sent_once
from referrals.views.sections import SECTIONS, following, is_child, page_for, sections_of
from referrals.views.summary import answers_of, answers_rows, to_tell


def draft_page(view):
    """A page of the officer's own draft, or of one they are named on. Once it is submitted the page leads to the case;
    what is sent to it then is refused by the operation."""

    @wraps(view)
    def opened(request, pk, **kwargs):
        case = open_case(request, pk, "referrals.refer", answers_rows())
        if case.status != Status.DRAFT and request.method != "POST":
            return redirect("referrals:detail", pk=case.pk)
        return view(request, case, **kwargs)

    return opened


# --- the person -----------------------------------------------------------------------------------------------------


@needs("referrals.refer")
def start(request):
    """Look for an earlier record before a new one is made. Names go by POST only, so that no address holds one."""
    checked = checked_answers(request) or {}
    born = checked.get("date_of_birth")
    form = people.StartForm(posted(request), initial={"date_of_birth": born and date.fromisoformat(born)})
    context = {"form": form, "checked": checked, "lost": "checked" in request.GET and not checked}
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        if made := made_before(request, form, None):  # else the person entered a moment ago would be found
            return _begun(request, made)
        given = form.cleaned_data
        wanted = LookedFor(**{name: given[name] for name in LookedFor.__dataclass_fields__})
        found = look_for(wanted, by=request.user)
        known = found.known
        record(lifecycle.SEARCHED, by=request.user, ids=[person.pk for person in known])
        match = people.MatchForm(request.POST if "looked" in request.POST else None, known=known)
        if not known or match.is_valid():
            chosen = match.cleaned_data["participant"] if known else match.NEW
            participant = next((p for p in known if str(p.pk) == chosen), None)
            return _begin(request, form, participant, found.unseen, checked.get("fields", {}))
        carried = (*form.fields, kept.OWNER)
        looked_for = [(name, value) for name, value in request.POST.items() if name.startswith(carried)]
        context |= {"match": match, "looked_for": looked_for}
    return render(request, "referrals/referral_start.html", context)


def _begin(request, form, participant, unseen, fields):
    if participant is None and unseen:
        messages.info(request, "There may already be a record of this person: the triage team will check.")
    made = sent_once(
        request,
        form,
        lambda **person: operations.draft(by=request.user, person=person, participant=participant, **fields),
        participant and str(participant.pk),
    )
    kept.discard(request.user, request.path)
    return _begun(request, made)


def _begun(request, made):
    case = Referral.objects.visible_to(request.user).get(pk=made)
    messages.success(request, f"{case.reference} is started. It stays a draft until you submit it.")
    return redirect("referrals:edit_person", pk=case.pk)


# --- the sections ---------------------------------------------------------------------------------------------------


@needs("referrals.refer")
@draft_page
def draft(request, case):
    """The task list of a draft."""
    now = timezone.now()
    sections = sections_of(case, facts.blocking(case, now), timezone.localdate(now))
    items = [
        {"title": {"text": s.title}, "href": s.href, "status": s.status, "hint": {"text": s.hint} if s.hint else None}
        for s in sections
    ]
    unfinished = sum(1 for section in sections if section.findings)
    context = {"case": case, "task_list": {"items": items}, "unfinished": unfinished}
    return render(request, "referrals/referral_draft.html", context)


@needs("referrals.refer")
@draft_page
def edit_person(request, case):
    form = people.PersonForm(
        posted(request), instance=Person.objects.visible_to(request.user).get(pk=case.participant_id)
    )
    return _section(
        request,
        case,
        form,
        "person",
        lambda **seen: operations.edit_draft(case, by=request.user, person=form.cleaned_data, **seen),
    )


@needs("referrals.refer")
@draft_page
def edit_parent(request, case):
    form = people.ParentForm(posted(request), case=case)
    return _section(
        request,
        case,
        form,
        "parent",
        lambda **seen: operations.record_adults(
            case,
            by=request.user,
            parent=form.parent(),
            appropriate_adult=form.cleaned_data["appropriate_adult"],
            **seen,
        ),
    )


@needs("referrals.refer")
@draft_page
def edit_incident(request, case):
    return _fields(request, case, "incident", drafting.IncidentForm)


@needs("referrals.refer")
@draft_page
def edit_disposal(request, case):
    return _fields(request, case, "disposal", drafting.DisposalForm, child=is_child(case, timezone.localdate()))


@needs("referrals.refer")
@draft_page
def edit_risks(request, case):
    form = drafting.RisksForm(posted(request), case=case)
    return _section(
        request,
        case,
        form,
        "risks",
        lambda **seen: operations.edit_draft(
            case, by=request.user, person=form.person(), **form.draft_fields(), **seen
        ),
    )


@needs("referrals.refer")
@draft_page
def edit_authority(request, case):
    return _fields(request, case, "authority", drafting.AuthorityForm)


@needs("referrals.refer")
@draft_page
def edit_consent(request, case):
    consents = [consent for consent in case.consents.all() if consent.withdrawn_at is None]
    form = victims.ConsentForm(posted(request), consents=consents, participant=case.participant)
    return _section(
        request,
        case,
        form,
        "consent",
        lambda **seen: operations.record_consents(case, by=request.user, **form.cleaned_data, **seen),
    )


@needs("referrals.refer")
@draft_page
def edit_victims(request, case):
    """Who was harmed, one line each."""
    return _victims(request, case)


@needs("referrals.refer")
@draft_page
def edit_victim(request, case, victim_pk=None):
    """One victim: a new one, or one of this draft."""
    victim = get_object_or_404(case.victims.select_related("person"), pk=victim_pk) if victim_pk else None
    form = victims.VictimForm(posted(request), victim=victim, to_tell=to_tell(case, victim, facts.limits()))

    def save(**seen):
        return operations.record_victim(case, by=request.user, victim=victim, **form.victim_fields(), **seen)

    return _section(
        request,
        case,
        form,
        "victims",
        save if victim else lambda **seen: sent_once(request, form, lambda **_: save(**seen)),
        to="referrals:edit_victims",
        title="Change a victim" if victim else "Add a victim",
    )


@needs("referrals.refer")
@require_POST
@draft_page
def remove_victim(request, case, victim_pk):
    victim = get_object_or_404(case.victims.select_related("case", "person"), pk=victim_pk)
    form, name = Form(request.POST), victim.name
    with refusals_shown_on(form):
        operations.remove_victim(victim, by=request.user)
        messages.success(request, f"{name} is no longer named in this referral.")
        return redirect("referrals:edit_victims", pk=case.pk)
    return _victims(request, case, form)


def _victims(request, case, form=None):
    limits = facts.limits()
    context = {
        "case": case,
        "form": form,
        "named": [(victim, to_tell(case, victim, limits)) for victim in case.victims.all()],
        "next": following(case, "victims", timezone.localdate()),
    }
    return render(request, "referrals/victim_list.html", context, status=status_of(form))


def _fields(request, case, name, form_class, **kwargs):
    """A section that is fields of the draft itself."""
    # The form writes what is typed into its instance: into a copy, lest a refused answer stand on the page as the case.
    form = form_class(posted(request), instance=Referral.objects.visible_to(request.user).get(pk=case.pk), **kwargs)
    return _section(
        request,
        case,
        form,
        name,
        lambda **seen: operations.edit_draft(case, by=request.user, **form.draft_fields(), **seen),
    )


def _section(request, case, form, name, save, *, to="", title=""):
    """Show a section's form, or save it and go on: to the next section, or back to the task list. The form carries the
    version of the draft that it was opened at; where somebody else changed the same meanwhile, it is shown again."""
    kept.offer(request, form)
    version, theirs = _version_seen(request, case), None
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            try:
                save(version=version)
            except operations.Stale as stale:
                version = stale.details[0]["version"]
                theirs = _saved_by_another(case, form, stale.details[0]["fields"])
                raise
            kept.discard(request.user, request.path)
            if "later" in request.POST:
                messages.success(request, f"Saved. You will find {case.reference} on your home page.")
                return redirect("referrals:draft", pk=case.pk)
            if to:
                return redirect(to, pk=case.pk)
            return redirect(following(answers_rows().get(pk=case.pk), name, timezone.localdate()))
    form.helper.layout.append(Hidden("version", case.version if version is None else version))
    context = {"case": case, "form": form, "title": title or SECTIONS[name][0], "section": name, "theirs": theirs}
    return render(request, "referrals/referral_section.html", context, status=status_of(form))


def _version_seen(request, case) -> int | None:
    """The version of the draft at which the form was opened; None where the form does not say."""
    if request.method == "POST":
        seen = request.POST.get("version", "")
    elif restored := getattr(request, "kept", None):
        seen = restored.typed.get("version", [""])[0]
    else:
        return case.version
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def _saved_by_another(case, form, changed) -> list:
    """(label, value) of what somebody else saved in these fields meanwhile; what is rows of its own is left out."""
    now = answers_rows().get(pk=case.pk)
    about = [now.participant, now] if isinstance(form, people.PersonForm) else [now, now.participant]
    rows = [(name, next((row for row in about if hasattr(row, name)), None)) for name in changed]
    return [
        (
            form.fields[name].label if name in form.fields else capfirst(row._meta.get_field(name).verbose_name),
            getattr(row, f"get_{name}_display", lambda row=row, name=name: getattr(row, name))(),
        )
        for name, row in rows
        if row
    ]


# --- check and submit -----------------------------------------------------------------------------------------------


@needs("referrals.refer")
def check(request, pk):
    """Everything on one page; from here it is submitted."""
    form = Form(posted(request))
    if request.method == "POST":
        case = open_case(request, pk, "referrals.refer")  # what it says is read by the operation, under its lock
        with refusals_shown_on(form):
            try:
                operations.submit(case, by=request.user)
            except NotEligible:
                form.refused_with = NotEligible.status
            else:
                said = (
                    '{} is with the triage team. Their answer will be on your home page. <a class="{}" href="{}">{}</a>'
                )
                summary, look = reverse("referrals:summary", args=[case.pk]), "govuk-notification-banner__link"
                messages.success(request, format_html(said, case.reference, look, summary, "Print a summary"))
                return redirect("referrals:detail", pk=case.pk)
    return _to_be_checked(request, pk, form=form)


@draft_page
def _to_be_checked(request, case, form):
    now = timezone.now()
    findings = facts.blocking(case, now) if case.status == Status.DRAFT else []
    context = {
        "case": case,
        "form": form,
        "refused": request.method == "POST" and bool(findings),
        "to_do": [{"text": _to_do(finding), "href": page_for(case, finding)} for finding in findings],
        **answers_of(case, timezone.localdate(now)),
        "sections": {s.name: s for s in sections_of(case, findings, timezone.localdate(now))},
    }
    return render(request, "referrals/referral_check.html", context, status=status_of(form))


def _to_do(finding):
    """What to do about a finding; where an inspector is asked for, also why."""
    needs_authority = finding.outcome == Outcome.AUTHORITY_NEEDED
    return f"{finding.requirement} (here: {finding.fact.lower()}). {finding.do}" if needs_authority else finding.do
