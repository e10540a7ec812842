"""The home page: for each role of the person who signed in, that role's own work.

Each app gives a function `worklists(user, now)` in its home.py, which returns a list of govuk.worklists.Worklist.
"""

from django.shortcuts import render
from django.utils import timezone

from accounts import home as accounts_home
from accounts.access import needs
from accounts.roles import SIGNED_IN
from audit import home as audit_home
from notices import home as notices_home
from placements import home as placements_home
from referrals import home as referrals_home
from reporting import home as reporting_home
from restorative import home as restorative_home
from workshops import home as workshops_home

APPS = (
    referrals_home,
    workshops_home,
    placements_home,
    restorative_home,
    reporting_home,
    audit_home,
    notices_home,
    accounts_home,
)


@needs(SIGNED_IN)
def home(request):
    now = timezone.now()
    worklists = [worklist for app in APPS for worklist in app.worklists(request.user, now)]
    return render(request, "home.html", {"worklists": worklists})
