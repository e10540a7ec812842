"""The check before a referral, and how its answers get into one: by the session, under a word that says nothing."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string

from accounts.access import needs
from referrals import facts, rules
from referrals.forms.eligibility import EligibilityForm
from referrals.rules import Outcome, Verdict
from referrals.views.pages import posted

CHECKED = "eligibility_checked"
MOST_KEPT = 5  # of the checks that led to a referral, the last ones
VERDICTS = {
    Verdict.CAN: "This person can be referred",
    Verdict.WITH_AUTHORITY: "This person can be referred with an inspector’s authority",
    Verdict.CANNOT: "This person cannot be referred",
}


@needs("referrals.refer")
def check(request):
    """Ask, say what the rules make of the answers, and start a referral with them. Nothing is kept before that."""
    form = EligibilityForm(posted(request))
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        decided, later = rules.check_first(facts.facts_of_answers(**form.answers()))
        verdict = rules.verdict(decided)
        if "start" in request.POST and verdict != Verdict.CANNOT:
            return redirect(f"{reverse('referrals:start')}?checked={_keep(request.session, form.carried())}")
        context |= {
            "verdict": VERDICTS[verdict],
            "can": verdict != Verdict.CANNOT,
            "decided": decided,
            "later": [finding.requirement for finding in later],
            "to_do": [_to_do(finding) for finding in decided if _stands_in_the_way(finding, verdict)],
            "answers": [
                (name, value)
                for name, values in request.POST.lists()
                if name.startswith(tuple(form.fields))
                for value in values
            ],
        }
    return render(request, "referrals/eligibility.html", context)


def _stands_in_the_way(finding, verdict):
    """Where somebody cannot be referred, only what rules them out: the rest would be done for nothing."""
    if verdict == Verdict.CANNOT:
        return finding.outcome == Outcome.NOT_MET and finding.rule != "hours"
    return finding.blocks


def _to_do(finding):
    if finding.outcome == Outcome.AUTHORITY_NEEDED:
        return f"{finding.requirement}: ask an inspector. The referral asks for their name and reason."
    if finding.rule == "hours":
        return f"In the referral, {finding.do[:1].lower()}{finding.do[1:]}"
    return finding.do


def _keep(session, answers) -> str:
    """The word under which the session keeps these answers."""
    word = get_random_string(16)
    session[CHECKED] = dict([*session.get(CHECKED, {}).items(), (word, answers)][-MOST_KEPT:])
    return word


def checked_answers(request) -> dict | None:
    """The answers that this start of a referral came with; None where it came without, or they are kept no longer."""
    return request.session.get(CHECKED, {}).get(request.GET.get("checked", ""))
