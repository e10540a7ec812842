"""Messages to the people of a case: what was sent to whom, what did not arrive, letters to print; and the page outside
on which somebody stops emails and texts."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.trail import Refusal, record
from referrals import facts, lifecycle, operations
from referrals.forms.casework import GiveUpMessageForm
from referrals.models import Message, Person, Referral
from referrals.outside import outside
from referrals.paging import page
from referrals.views.pages import neighbours, open_case, posted, step_page
from referrals.views.tabs import top_of, with_tabs

NEEDED = "referrals.contact"
Channel = Message.Channel


@dataclass(frozen=True)
class Line:
    """One message as the page shows it: what came of it, in a tag and in words, and what may be done."""

    message: Message
    tag: tuple[str, str]
    words: str
    to_print: bool
    in_trouble: bool


@needs(NEEDED)
def messages(request, pk):
    """What was written to the people of this case, newest first, and what became of it."""
    case = open_case(request, pk, NEEDED, with_tabs(request.user))
    found = page(
        Message.objects.filter(case=case),
        lambda rows: rows.select_related("person", "made_by", "printed_by"),
        key="made_at",
        newest_first=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    now = timezone.now()
    context = {
        **top_of(case, "messages"),
        "lines": [line_of(message, now) for message in found.rows],
        "stopped": [(person, since) for person in _people(case) if (since := facts.no_messages_since(person))],
        **neighbours(request, found),
    }
    return render(request, "referrals/message_list.html", context)


def _people(case):
    """Who may be written to in this case."""
    return [person for person in (case.participant, case.parent_or_carer) if person]


def line_of(message, now) -> Line:
    """How one message stands."""
    letter = message.channel == Channel.LETTER
    if message.sent_at:
        return Line(message, ("Printed", "green") if letter else ("Sent", "green"), "", False, False)
    if message.not_sent_because:
        return Line(message, ("Not sent", "grey"), message.not_sent_because, False, False)
    if letter:
        return Line(message, ("To print", "orange"), "Print it, and hand it over or post it.", True, False)
    if message.failed_at:
        words = "It did not arrive. Ring them if the number is safe, or print a letter."
        return Line(message, ("Failed", "red"), words, False, True)
    if message.is_interrupted(now):
        words = "It may have arrived or not. Ring them if the number is safe, or send it again."
        return Line(message, ("Interrupted", "orange"), words, False, True)
    return Line(message, ("Waiting", "blue"), "It is sent by itself.", False, message.attempts > 0)


@needs(NEEDED)
def letters(request):
    """The letters to print in all cases that this person may open, the oldest first."""
    cases = Referral.objects.visible_to(request.user, NEEDED)
    found = page(
        Message.objects.letters_to_print().filter(case__in=cases),
        lambda rows: rows.select_related("person", "case"),
        key="made_at",
        newest_first=False,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    if found.rows:
        record(lifecycle.LISTED, by=request.user, ids=sorted({letter.case_id for letter in found.rows}))
    return render(request, "referrals/letter_list.html", {"letters": found.rows, **neighbours(request, found)})


@needs(NEEDED)
def letter(request, pk, message_pk):
    """The letter, to print."""
    case, message = _opened(request, pk, message_pk)
    try:
        body = operations.letter_of(message, by=request.user)
    except Refusal as refusal:
        return _refused(request, case, refusal)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letter-{case.reference.replace("/", "-")}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@needs(NEEDED)
@require_POST
def letter_printed(request, pk, message_pk):
    return _done(request, pk, message_pk, operations.mark_printed, "The letter is marked as printed.")


@needs(NEEDED)
@require_POST
def send_message_again(request, pk, message_pk):
    done = "The message is sent again now. If it fails, it says so here."
    return _done(request, pk, message_pk, operations.send_message_again, done)


@needs(NEEDED)
@require_POST
def letter_instead(request, pk, message_pk):
    return _done(request, pk, message_pk, operations.write_letter_instead, "The letter is ready to print.")


@needs(NEEDED)
def give_up_message(request, pk, message_pk):
    case, message = _opened(request, pk, message_pk)
    return step_page(
        request,
        case,
        GiveUpMessageForm(posted(request)),
        lambda **given: operations.give_up_message(message, by=request.user, **given),
        title=f"Do not send: {message.get_purpose_display().lower()}",
        intro=f"{message.person.name} does not get this message from us. Make sure that they know what it says.",
        done="The message is not sent any more.",
        then="referrals:messages",
    )


@needs(NEEDED)
@require_POST
def want_messages(request, pk, person_pk):
    """Somebody of this case told us that they want emails and texts again."""
    case = open_case(request, pk, NEEDED)
    person = get_object_or_404(Person.objects.filter(pk__in=[each.pk for each in _people(case)]), pk=person_pk)
    return _taken(
        request,
        case,
        lambda: operations.want_messages(person, case, by=request.user),
        f"{person.name} gets emails and texts again, where those are marked as safe.",
    )


@outside
def stop_messages(request, token):
    """Outside: whoever got a message stops emails and texts, by a button, so that a program that only follows links
    stops nothing."""
    message, phone = operations.message_of(token), {"phone": settings.CONTACT_PHONE}
    if message is None:
        return render(request, "referrals/stop_messages.html", {"gone": True, **phone}, status=404)
    if request.method == "POST":
        operations.stop_messages(message)
        return redirect(request.path)
    stopped = facts.no_messages_since(message.person)
    return render(request, "referrals/stop_messages.html", {"stopped": stopped, **phone})


def _opened(request, pk, message_pk):
    case = open_case(request, pk, NEEDED)
    found = Message.objects.filter(case=case).select_related("person", "case__force")
    return case, get_object_or_404(found, pk=message_pk)


def _done(request, pk, message_pk, verb, done):
    case, message = _opened(request, pk, message_pk)
    return _taken(request, case, lambda: verb(message, by=request.user), done)


def _taken(request, case, step, done):
    try:
        step()
    except Refusal as refusal:
        return _refused(request, case, refusal)
    flash.success(request, done)
    if request.POST.get("then") == "letters":
        return redirect("referrals:letters")
    return redirect("referrals:messages", pk=case.pk)


def _refused(request, case, refusal):
    context = {"case": case, "title": "Message", "refusal": refusal.sentence}
    return render(request, "referrals/referral_refused.html", context, status=refusal.status)
