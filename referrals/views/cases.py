"""The list of cases and the page of one case."""

from django.shortcuts import get_object_or_404, render

from accounts.access import needs
from audit.trail import record
from referrals import lifecycle
from referrals.models import Referral


@needs("referrals.read")
def cases(request):
    rows = list(Referral.objects.visible_to(request.user).with_people().order_by("-created_at", "id")[:25])
    record(lifecycle.LISTED, by=request.user, ids=[case.pk for case in rows])
    return render(request, "referrals/referral_list.html", {"cases": rows})


@needs("referrals.read")
def case(request, pk):
    case = get_object_or_404(Referral.objects.visible_to(request.user).with_people(), pk=pk)
    record(lifecycle.READ, by=request.user, case=case)
    return render(request, "referrals/referral_detail.html", {"case": case})
