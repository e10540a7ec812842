"""Pages of restorative justice: the list, the process with its next step, and a page for each step."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from audit.trail import record
from referrals.models import Referral, Victim
from referrals.opening import reason_for
from referrals.time_limits import age_on
from restorative import forms, lifecycle, operations, progress
from restorative.models import Process

PAGE = 50
TABS = (("open", "Open"), ("over", "Over"))


@dataclass(frozen=True)
class Step:
    """A page with one form: its heading, what it asks, what it does, and what is said when it is done."""

    title: str
    form: type
    carry_out: Callable
    done: str
    sources: tuple = ()


def _answer(process, *, by, answer, **given):
    """The one of three verbs that the victim's answer asks for."""
    verbs = {"accept": operations.accept, "decline": operations.decline, "no_response": operations.no_response}
    verbs[answer](process, by=by, **given)


def _participant(process, *, by, answer, harm_acknowledged):
    if answer == "willing":
        operations.willing(process, by=by, harm_acknowledged=harm_acknowledged)
    else:
        operations.not_willing(process, by=by)


L = lifecycle
STEPS = {
    "offer": Step(
        "Offer restorative justice to the victim", forms.OfferForm, operations.offer, "Offer recorded.", L.OFFER.sources
    ),
    "answer": Step("The victim’s answer", forms.AnswerForm, _answer, "Answer recorded.", L.ACCEPT.sources),
    "participant": Step(
        "Ask the participant", forms.ParticipantForm, _participant, "Answer recorded.", L.WILLING.sources
    ),
    "assess_risk": Step(
        "Assess the risks", forms.RiskForm, operations.assess_risk, "Risk assessment saved.", L.ASSESS_RISK.sources
    ),
    "prepare": Step(
        "Prepare the parties", forms.PreparationForm, operations.prepare, "Preparation saved.", L.PREPARE.sources
    ),
    "facilitate": Step(
        "Bring the parties together",
        forms.FacilitateForm,
        operations.facilitate,
        "Meeting or exchange recorded.",
        L.FACILITATE.sources,
    ),
    "agree": Step(
        "What was agreed", forms.AgreementFormSet, operations.agree, "What was agreed is saved.", L.AGREE.sources
    ),
    "agree_more": Step(
        "What was agreed", forms.LongAgreementFormSet, operations.agree, "What was agreed is saved.", L.AGREE.sources
    ),
    "follow_up": Step(
        "Follow up with both parties", forms.FollowUpForm, operations.follow_up, "Follow-up started.", L.FOLLOW.sources
    ),
    "finish": Step("Close the process", forms.FinishForm, operations.finish, "Process closed.", L.FINISH.sources),
    "stop": Step("Stop the process", forms.StopForm, operations.stop, "Process stopped.", L.STOP.sources),
    "contact": Step(
        "Record a contact", forms.ContactForm, operations.record_contact, "Contact saved.", tuple(L.Stage.values)
    ),
}


def listed(request):
    """The tab that is asked for, and the processes in it that stand in this person's list."""
    everything = Process.objects.listed_to(request.user)
    if request.GET.get("tab") == "over":
        return "over", everything.over()
    return "open", everything.open().order_by("identified_at", "id")


@needs("restorative.read")
def list_processes(request):
    tab, shown = listed(request)
    everything = Process.objects.listed_to(request.user)
    page = Paginator(shown.with_people(), PAGE).get_page(request.GET.get("page"))
    record(lifecycle.LISTED, by=request.user, ids=[process.pk for process in page if not process.hidden])
    counts = {"open": everything.open().count(), "over": everything.over().count()}
    return render(
        request,
        "restorative/process_list.html",
        {
            "rows": [{"process": process, "tag": progress.tag(process)} for process in page],
            "tab": tab,
            "tabs": [
                {"text": text, "href": f"?tab={name}", "current": name == tab, "count": counts[name]}
                for name, text in TABS
            ],
            "previous": f"?tab={tab}&page={page.previous_page_number()}" if page.has_previous() else "",
            "next": f"?tab={tab}&page={page.next_page_number()}" if page.has_next() else "",
        },
    )


@needs("restorative.read")
def show_process(request, pk):
    process = _opened(request, pk)
    items = list(process.agreement_items.all())
    verb = progress.NEXT.get(process.status)
    mine = request.user.may("restorative.record") and process.practitioner_id == request.user.pk
    context = _facts(process)
    if verb and mine:
        address = reverse("restorative:step", args=[pk, verb])
        context["form"] = STEPS[verb].form(process=process, action=address)
    return render(
        request,
        "restorative/process_detail.html",
        {
            **context,
            "mine": mine,
            "verb": verb,
            "to_do": progress.TO_DO.get(verb, ""),
            "items": items,
            "steps": progress.steps(process, items),
            "ending": progress.ending(process),
            "may_stop": mine and process.status in lifecycle.STOP.sources,
            "may_mark": mine and process.status in lifecycle.FACILITATED_OR_LATER,
            "may_hand_over": request.user.may("restorative.start") and process.status not in lifecycle.OVER,
            "contacts": [
                {"title": str(contact), "at": contact.at, "by": contact.by, "text": contact.notes}
                for contact in process.contacts.select_related("by")
            ],
            "may_open_case": request.user.may("referrals.read"),
            "today": timezone.localdate(),
        },
    )


@needs("restorative.record")
def take_step(request, pk, verb):
    step = STEPS.get(verb)
    if step is None:
        raise Http404
    process = _opened(request, pk)
    if request.method != "POST" and process.status not in step.sources:
        messages.info(request, f"The process is at “{process.get_status_display()}”: this step is not the next one.")
        return redirect("restorative:detail", pk)
    return _ask(request, process, step)


@needs("restorative.record")
def mark_done(request, pk, item):
    process = _opened(request, pk)
    item = get_object_or_404(process.agreement_items, pk=item)
    carry_out = partial(_mark_done, item=item)
    return _ask(request, process, Step("Mark as done", forms.DoneForm, carry_out, "Marked as done."), item=item)


def _mark_done(process, *, by, on, item):
    operations.mark_done(item, by=by, on=on)


@needs("restorative.start")
def hand_over(request, pk):
    step = Step("Hand over to another practitioner", forms.HandOverForm, operations.hand_over, "Handed over.")
    return _ask(request, _opened(request, pk), step)


def _ask(request, process, step, **context):
    """The page of one step: asks, takes it, and goes back to the process."""
    back = reverse("restorative:detail", args=[process.pk])
    form = step.form(request.POST if request.method == "POST" else None, process=process, cancel=back)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            step.carry_out(process, by=request.user, **form.cleaned_data)
            messages.success(request, step.done)
            return redirect(back)
        process = _visible(request, process.pk)  # as others have left it
    context |= {**_facts(process), "step": step, "form": form}
    return render(request, "restorative/step_form.html", context, status=status_of(form))


@needs("restorative.start")
def start(request, pk):
    case = get_object_or_404(Referral.objects.visible_to(request.user).with_people(), pk=pk)
    why = reason_for(request, case)
    if request.method != "POST":
        record(lifecycle.READ, by=request.user, case=case, **why)
    free = Victim.objects.visible_to(request.user).filter(case=case).exclude(
        pk__in=Process.objects.open().filter(case=case).values("victim")
    )  # fmt: skip
    form = forms.StartForm(
        request.POST if request.method == "POST" else None,
        case=case,
        victims=free.select_related("person"),
        cancel=reverse("referrals:detail", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            process = operations.start(case, by=request.user, **form.cleaned_data)
            messages.success(request, f"{process.practitioner} has the process and will offer it to the victim.")
            return redirect("restorative:detail", process.pk)
    context = {"case": case, "form": form, "refusal": lifecycle.start_refusal(case), "victims": free.exists()}
    return render(request, "restorative/start_form.html", context, status=status_of(form))


def _opened(request, pk):
    """The process, if this user may see it. That it was read stands in the trail before the page is made."""
    process = _visible(request, pk)
    why = reason_for(request, process.case)
    if request.method != "POST":
        record(lifecycle.READ, by=request.user, case=process.case, ids=[process.pk], **why)
    return process


def _visible(request, pk):
    return get_object_or_404(Process.objects.visible_to(request.user).with_people(), pk=pk)


def _facts(process):
    born = process.case.participant.date_of_birth
    return {
        "process": process,
        "tag_text": progress.tag(process)[0],
        "tag_colour": progress.tag(process)[1],
        "age": age_on(born, timezone.localdate()) if born else None,
    }
