"""What somebody typed into a form and did not save: kept for them, and shown to nobody else, for a day.

A page whose form is offered (offer) and which says when it has saved (discard) loses no text: while somebody types,
static/js/keep.js sends it here every few seconds; and what is sent after the session has ended is kept for whom the
form was made (keep_of_signed_out), who finds it in the form again once they have signed in.
"""

from datetime import timedelta

from django.core import signing
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import KeptText, User
from govuk.layout import Hidden

FOR = timedelta(days=1)
MOST_CHARACTERS, MOST_FIELDS = 60_000, 200
LONGEST_PATH = 200  # as KeptText has room for
MOST_FORMS = 30  # of one person
SALT = "accounts.kept"
OWNER, PATH = "kept_for", "kept_path"
NEVER = {"csrfmiddlewaretoken", OWNER, PATH}


def offer(request, form) -> None:
    """The form keeps what is typed into it. When the page is asked for and something was typed here and not saved, the
    form shows it, unchecked, and the page says so (request.kept, in base.html)."""
    form.helper.attrs = {**form.helper.attrs, "data-module": "app-keep", "data-keep-at": reverse("keep_text")}
    form.helper.layout.append(Hidden(OWNER, signing.dumps(str(request.user.pk), salt=SALT)))
    if request.method != "POST":
        kept = KeptText.objects.filter(owner=request.user, path=request.path, kept_at__gt=timezone.now() - FOR).first()
        if kept and _shown_in(form, MultiValueDict(kept.typed)):
            request.kept = kept


def _shown_in(form, typed) -> bool:
    """The form starts with what was typed; whether that is anything but what it said anyway."""
    differs = False
    for name, field in form.fields.items():
        posted = form.add_prefix(name)
        if field.widget.needs_multipart_form or field.widget.value_omitted_from_data(typed, {}, posted):
            continue
        value = field.widget.value_from_datadict(typed, {}, posted)
        if not field.widget.is_hidden:
            differs = field.has_changed(form.get_initial_for_field(field, name), value) or differs
        form.initial[name] = value
    return differs


def keep(owner, path, sent) -> KeptText | None:
    """The text is kept for its owner, instead of what was kept for that page before. None where it is not: it is too
    much, or the path is no page of ours."""
    typed = {
        name.replace("\x00", ""): [text.replace("\x00", "") for text in texts]
        for name, texts in sent.lists()
        if name not in NEVER and "password" not in name
    }
    size = sum(len(name) + sum(map(len, texts)) for name, texts in typed.items())
    if not is_ours(path) or size > MOST_CHARACTERS or len(typed) > MOST_FIELDS:
        return None
    kept, _ = KeptText.objects.update_or_create(
        owner=owner, path=path, defaults={"typed": typed, "kept_at": timezone.now()}
    )
    newest = KeptText.objects.filter(owner=owner).order_by("-kept_at").values("pk")[:MOST_FORMS]
    KeptText.objects.filter(owner=owner).exclude(pk__in=newest).delete()
    return kept


def keep_of_signed_out(request) -> bool:
    """What is sent by somebody who is not signed in (any more) is kept for whom the form was made; whether it was."""
    if request.method != "POST":
        return False
    try:
        owner = signing.loads(request.POST.get(OWNER, ""), salt=SALT, max_age=FOR)
    except signing.BadSignature:  # none, not ours, or older than a day
        return False
    person = User.objects.filter(pk=owner, is_active=True).first()
    return bool(person and keep(person, request.POST.get(PATH) or request.path, request.POST))


def discard(owner, path) -> None:
    """Nothing is kept of this page."""
    KeptText.objects.filter(owner=owner, path=path).delete()


def forget_old() -> int:
    """What is older than a day is gone; returns how many."""
    return KeptText.objects.filter(kept_at__lte=timezone.now() - FOR).delete()[0]


def is_ours(path) -> bool:
    """Whether this is the path of a page here, and not an address of another site."""
    if not path.startswith("/") or path.startswith("//") or "\x00" in path or len(path) > LONGEST_PATH:
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
