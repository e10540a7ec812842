"""Pages of the accounts, for administrators; and what was typed and not saved, for everybody."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_POST

from accounts import kept, operations
from accounts.access import needs
from accounts.forms import AddForm, ConfirmForm, OwnPhoneForm, PersonForm, UserFilter
from accounts.models import User
from accounts.roles import SIGNED_IN
from audit.doors import refusals_shown_on, status_of
from audit.downloads import Download, download_page
from audit.trail import Refusal

PAGE = 50


def _listed(request):
    """The filters that are asked for, and the accounts that answer, among those that this person manages."""
    users = User.objects.visible_to(request.user).select_related("organisation").order_by("full_name", "pk")
    form = UserFilter(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if asked.get("words"):
        users = users.search(asked["words"])
    if asked.get("role"):
        users = users.filter(roles__contains=[asked["role"]])
    if asked.get("account") != "all":
        users = users.filter(is_active=asked.get("account") != "inactive")
    return form, users


@needs("accounts.manage")
def list_users(request):
    form, users = _listed(request)
    page = Paginator(users, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/user_list.html",
        {
            "form": form,
            "page": page,
            "previous": _page(request, page.previous_page_number()) if page.has_previous() else "",
            "next": _page(request, page.next_page_number()) if page.has_next() else "",
        },
    )


download = download_page(
    Download(
        name="accounts",
        title="People with an account",
        permission="accounts.manage",
        back="accounts:users",
        columns=("Name", "Email address", "Roles", "Organisation", "Team", "Last signed in", "Active"),
        rows=lambda request: _listed(request)[1],
        dress=lambda request, users: users.select_related("organisation"),
        line=lambda user: (
            user.full_name, user.email, ", ".join(user.role_names), user.organisation, user.team, user.last_login,
            user.is_active,
        ),
    )
)  # fmt: skip


@needs("accounts.manage")
def add_person(request):
    form = AddForm(_posted(request), by=request.user, cancel=reverse("accounts:users"))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            user = operations.add_person(by=request.user, **form.cleaned_data)
            _invite(request, user, f"{user} has an account.")
            return redirect("accounts:user", user.pk)
    return render(request, "accounts/add_form.html", {"form": form}, status=status_of(form))


@needs("accounts.manage")
def show_user(request, pk):
    user = _found(request, pk)
    return render(request, "accounts/user_detail.html", {"person": user, "is_me": user == request.user})


@needs("accounts.manage")
def change_user(request, pk):
    user = _found(request, pk)
    now = {name: getattr(user, name) for name in ("full_name", "roles", "collar_number", "team", "work_phone")}
    form = PersonForm(_posted(request), initial=now, cancel=reverse("accounts:user", args=[pk]))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.change(user, by=request.user, **form.cleaned_data)
            messages.success(request, f"The account of {form.cleaned_data['full_name']} is changed.")
            return redirect("accounts:user", pk)
    return render(request, "accounts/change_form.html", {"form": form, "person": user}, status=status_of(form))


@needs("accounts.manage")
def deactivate(request, pk):
    user = _found(request, pk)
    form = ConfirmForm(
        _posted(request),
        button="Deactivate the account",
        style="warning",
        cancel=reverse("accounts:user", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.deactivate(user, by=request.user)
            messages.success(request, f"The account of {user} is inactive, and they are signed out everywhere.")
            return redirect("accounts:user", pk)
    return render(request, "accounts/deactivate_form.html", {"form": form, "person": user}, status=status_of(form))


@needs("accounts.manage")
def reactivate(request, pk):
    user = _found(request, pk)
    form = ConfirmForm(
        _posted(request),
        button="Reactivate and send the email",
        cancel=reverse("accounts:user", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.reactivate(user, by=request.user)
            user.refresh_from_db()
            _invite(request, user, f"The account of {user} is active again.")
            return redirect("accounts:user", pk)
    return render(request, "accounts/reactivate_form.html", {"form": form, "person": user}, status=status_of(form))


@needs("accounts.manage")
def invite(request, pk):
    user = _found(request, pk)
    form = ConfirmForm(_posted(request), button="Send the email", cancel=reverse("accounts:user", args=[pk]))
    if request.method == "POST" and form.is_valid():
        _invite(request, user)
        return redirect("accounts:user", pk)
    return render(request, "accounts/invite_form.html", {"form": form, "person": user})


@needs(SIGNED_IN)
def own_phone(request):
    """Whoever is signed in says at which number participants ring them."""
    form = OwnPhoneForm(_posted(request), initial={"work_phone": request.user.work_phone})
    if request.method == "POST" and form.is_valid():
        operations.choose_phone(by=request.user, **form.cleaned_data)
        messages.success(request, "Your work phone number is saved.")
        return redirect("own_phone")
    return render(request, "accounts/own_phone.html", {"form": form}, status=status_of(form))


@needs(SIGNED_IN)
@require_POST
def keep_text(request):
    """Keep what is typed into a form so far: static/js/keep.js asks for it."""
    row = kept.keep(request.user, request.POST.get(kept.PATH, ""), request.POST)
    if row is None:
        return JsonResponse({"detail": "This is too long to be kept."}, status=413)
    return JsonResponse({"at": f"{timezone.localtime(row.kept_at):%H:%M}"})


@needs(SIGNED_IN)
@require_POST
def discard_text(request):
    """Forget what was typed into a form, and show the form as it is saved."""
    path = request.POST.get(kept.PATH, "")
    if not kept.is_ours(path):
        return HttpResponseBadRequest("There is no such page.")
    kept.discard(request.user, path)
    return redirect(path)


def form_out_of_date(request, reason=""):
    """Somebody signed in since the form was opened, in another window perhaps, so that it cannot be sent: what was
    typed is kept for whom the form was made, and the page is shown again."""
    return redirect(request.get_full_path()) if kept.keep_of_signed_out(request) else csrf_failure(request, reason)


def _invite(request, user, done=""):
    """Sends the email on which to set a password; if it cannot be sent, says so beside what has been done."""
    key = f"{user_pk_to_url_str(user)}-{app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)}"
    link = get_adapter(request).get_reset_password_from_key_url(key)
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    try:
        operations.invite(user, by=request.user, link=link, days=days)
    except Refusal as refusal:
        messages.error(request, f"{done} {refusal}".strip())
    else:
        messages.success(request, f"{done} An email to {user.email} says how to set a password.".strip())


def _found(request, pk):
    return get_object_or_404(User.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _page(request, number):
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return f"?{parameters.urlencode()}"
