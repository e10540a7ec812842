"""People whom an assessment keeps apart."""

from placements.models import Assessment
from referrals.models import Referral


def kept_apart(people) -> set:
    """Whoever an assessment of one of these people names, and whoever has an assessment that names one of them, in
    whichever of their cases; all by their primary keys."""
    people = list(people)
    named = Assessment.never_with.through.objects.filter(assessment__case__participant__in=people)
    mine = Referral.objects.filter(pk__in=named.values("referral")).values_list("participant", flat=True)
    theirs = Assessment.objects.filter(never_with__participant__in=people).values_list("case__participant", flat=True)
    return {*mine, *theirs}
