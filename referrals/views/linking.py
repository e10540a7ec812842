"""Finding a person of the force, and saying that two records are of one person, or not after all."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render

from accounts.access import needs
from audit.trail import record
from referrals import lifecycle, operations
from referrals.forms.linking import FindPersonForm, LinkForm, UnlinkForm
from referrals.history import history_of, links_of, with_cases
from referrals.likeness import look_for, same_person
from referrals.models import Person, PersonLink
from referrals.views.pages import open_case, posted, step_page


def _find(request, form, apart_from=()) -> dict:
    """Who answers to what was typed, which goes by POST, so that no address holds a name."""
    if not form.is_valid():
        return {}
    found = look_for(form.wanted(), by=request.user, apart_from=apart_from)
    people = with_cases(found.known, request.user)
    record(lifecycle.SEARCHED, by=request.user, ids=[person.pk for person in people])
    return {"searched": True, "people": people, "unseen": found.unseen}


@needs("referrals.link")
def find_person(request):
    """People of the force by name, sound, birthday or phone, with their cases."""
    form = FindPersonForm(posted(request))
    return render(request, "referrals/find_person.html", {"form": form, **_find(request, form)})


@needs("referrals.link")
def same_person_page(request, pk):
    """The records of the person of a case: those linked, those that may be theirs, and a search for others."""
    case = open_case(request, pk, "referrals.link")
    form = FindPersonForm(posted(request))
    same = same_person(case.participant_id)
    found = _find(request, form, Person.objects.filter(pk__in=same).values("pk"))
    context = {"case": case, "form": form, "links": links_of(case.participant, request.user), **found}
    if not found:
        history = history_of(case, request.user)
        record(lifecycle.SEARCHED, by=request.user, ids=[person.pk for person in history.alike])
        context |= {"people": history.alike, "unseen": history.unseen, "history": history}
    return render(request, "referrals/same_person.html", context)


@needs("referrals.link")
def link(request, pk, person_pk):
    case = open_case(request, pk, "referrals.link")
    people = Person.objects.of_force(case.force_id).visible_to(request.user)
    other = get_object_or_404(people, pk=person_pk)
    return step_page(
        request,
        case,
        LinkForm(posted(request)),
        lambda reason: operations.link(case.participant, other, by=request.user, reason=reason, case=case),
        title="Link two records of one person",
        done="The records are linked. The rules count the cases of both.",
        then="referrals:same_person",
        intro=f"{_told(case.participant)}, and {_told(other)}. Both records stay as they are, and the link can be "
        "taken back.",
    )


@needs("referrals.link")
def unlink(request, pk, link_pk):
    case = open_case(request, pk, "referrals.link")
    same = same_person(case.participant_id)
    there = PersonLink.objects.filter(Q(person__in=same) | Q(person=case.participant_id) | Q(other=case.participant_id))
    made = get_object_or_404(there, pk=link_pk)
    return step_page(
        request,
        case,
        UnlinkForm(posted(request)),
        lambda reason: operations.unlink(made, by=request.user, reason=reason, case=case),
        title="Take a link back",
        done="The records are no longer linked.",
        then="referrals:same_person",
        intro="The rules stop counting the other record’s cases. That the two were linked, by whom and why, is kept.",
    )


def _told(person) -> str:
    born = f", born {person.date_of_birth:%-d %B %Y}" if person.date_of_birth else ""
    return f"{person.name}{born}"
