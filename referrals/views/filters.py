"""The filters that somebody saved: above their list of cases, and the page where they are named anew and deleted."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from referrals import listing, operations
from referrals.forms.lists import FilterNameForm
from referrals.views.pages import posted

SAID = ("tab", *listing.FILTERS, "sort", "after", "before")  # in this order


def address(query: dict) -> str:
    """The list with these filters, or one page of it."""
    said = QueryDict(mutable=True)
    said.update({name: query[name] for name in SAID if query.get(name)})
    return f"{reverse('referrals:list')}{f'?{said.urlencode()}' if said else ''}"


@needs("referrals.read")
def filters(request):
    saved = list(request.user.saved_filters.order_by("name"))
    for one in saved:
        one.address = address(one.query)
    return render(request, "referrals/filters.html", {"saved": saved})


@needs("referrals.read")
def save(request):
    """Name the filters that the address holds: those of the list that this was asked from."""
    query = {name: value for name, value in request.GET.items() if name in (*listing.FILTERS, "tab", "sort")}
    form = FilterNameForm(posted(request), back=address(query))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            saved = operations.save_filter(by=request.user, query=query, **form.cleaned_data)
            messages.success(request, f"The filter “{saved.name}” is saved. It stands above your list of cases.")
            return redirect(address(query))
    context = {"form": form, "title": "Save these filters", "back": address(query)}
    return render(request, "referrals/filter_form.html", context, status=status_of(form))


@needs("referrals.read")
def rename(request, pk):
    saved = get_object_or_404(request.user.saved_filters, pk=pk)
    form = FilterNameForm(posted(request), initial={"name": saved.name}, back=reverse("referrals:filters"))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            operations.rename_filter(saved, by=request.user, **form.cleaned_data)
            return redirect("referrals:filters")
    context = {"form": form, "title": "Rename a filter", "back": reverse("referrals:filters")}
    return render(request, "referrals/filter_form.html", context, status=status_of(form))


@needs("referrals.read")
@require_POST
def forget(request, pk):
    saved = get_object_or_404(request.user.saved_filters, pk=pk)
    operations.forget_filter(saved, by=request.user)
    messages.success(request, f"The filter “{saved.name}” is deleted. The cases are as they were.")
    return redirect("referrals:filters")
