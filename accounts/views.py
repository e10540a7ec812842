"""Pages of the accounts, for administrators."""

from django.shortcuts import render

from accounts.access import needs
from accounts.models import User


@needs("accounts.manage")
def list_users(request):
    return render(request, "accounts/user_list.html", {"users": User.objects.visible_to(request.user)[:50]})
