"""Pages of workshops."""

from django.shortcuts import render

from accounts.access import needs


@needs("workshops.read")
def upcoming(request):
    return render(request, "workshops/session_list.html")
