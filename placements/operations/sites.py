"""Sites: proposed, assessed, opened, suspended, closed."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.forms.models import model_to_dict
from django.utils import timezone

from audit.models import Change, Event
from audit.trail import IllegalMove, Refusal, move, record
from placements import lifecycle, rules
from placements.lifecycle import SiteStatus
from placements.models import Site, WorkSession
from placements.operations.locking import lock_site
from placements.operations.seen import digest, refuse_unless_seen


def _save(site):
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError as error:
        if "placements_site_once" not in str(error):
            raise
        raise Refusal(f"{site.name} at {site.address} is already on the list of sites.", "name") from None


def _check(fields):
    if not fields["days_open"]:
        raise Refusal("Select at least one day on which the site takes people.", "days_open")
    if not 1 <= fields["capacity"] <= rules.LARGEST_SITE:
        raise Refusal(
            f"Enter how many people can work there at the same time, from 1 to {rules.LARGEST_SITE}.", "capacity"
        )
    opens_at, closes_at = fields.get("opens_at"), fields.get("closes_at")
    if (opens_at is None) != (closes_at is None):
        raise Refusal(
            "Enter both from when and until when the site takes people, or neither.",
            "opens_at" if opens_at is None else "closes_at",
        )
    if opens_at and closes_at <= opens_at:
        raise Refusal(
            f"The site takes people until {closes_at:%H:%M}, which must be after {opens_at:%H:%M}.", "closes_at"
        )


def _said(site, names) -> dict:
    return model_to_dict(site, fields=names)


def site_as_seen(site, names) -> str:
    """What edit_site() compares: the digest of what the site says in these fields."""
    return digest(_said(site, names))


@transaction.atomic
def propose_site(*, by, **fields) -> Site:
    """A site of the user's provider is on the list, and waits for its risk assessment. Refused without a day and a
    place, for hours that end before they begin, and for the same name and address twice."""
    _check(fields)
    site = Site(provider=by.organisation, **fields)
    _save(site)
    record(lifecycle.SITE_PROPOSED, by=by, ids=[site.pk])
    return site


@transaction.atomic
def edit_site(site, *, by, seen: str | None = None, **fields) -> None:
    """The site says what is given. Refused once closed, for fewer places than people are already planned on a day, and
    where somebody changed it since it was `seen` (site_as_seen() of the same fields)."""
    _check(fields)
    current = lock_site(site.pk)
    if current.status == SiteStatus.CLOSED:
        raise IllegalMove(f"{current} is closed, so it can no longer be changed.")
    written = Change.objects.filter(table=Site._meta.db_table, row=str(current.pk)).values("txid")
    edits = Event.objects.filter(kind=lifecycle.SITE_EDITED.name, txid__in=written)
    refuse_unless_seen(seen, _said(current, fields), "this site", edits)
    today = timezone.localdate()
    last = WorkSession.objects.filter(placement__site=current).aggregate(last=Max("starts_at"))["last"]
    if last:
        taken = WorkSession.objects.filter(placement__site=current).places_taken(
            today, max(today, timezone.localdate(last))
        )
        (_, day), people = max(taken.items(), key=lambda item: item[1], default=((None, today), 0))
        if people > fields["capacity"]:
            raise Refusal(
                f"{people} people are already planned on {rules.day_in_words(day)}: enter {people} places or more, or "
                "cancel sessions first.",
                "capacity",
            )
    for name, value in fields.items():
        setattr(current, name, value)
    _save(current)
    record(lifecycle.SITE_EDITED, by=by, ids=[current.pk])


@transaction.atomic
def open_site(site, *, by) -> None:
    """People may be placed at the site. Refused while its insurance or risk assessment is out of date, quoting the
    date, and from any status but assessed and suspended."""
    current = lock_site(site.pk)
    if current.status in lifecycle.OPEN_SITE.sources:
        papers = [f for f in rules.site_findings(current, timezone.localdate()) if f.rule != "status" and f.blocks]
        if papers:
            raise Refusal(" ".join(finding.refusal for finding in papers))
    move(current, lifecycle.OPEN_SITE, by=by, case=None, event={"site": str(site.pk)})


@transaction.atomic
def suspend_site(site, *, by, because: str) -> None:
    """Nothing new is planned at the site until it is opened again; what is planned there is listed for moving. The
    reason stands in the trail."""
    event = {"site": str(site.pk), "because": _reason(because)}
    move(lock_site(site.pk), lifecycle.SUSPEND_SITE, by=by, case=None, event=event)


@transaction.atomic
def close_site(site, *, by, because: str) -> None:
    """The site hosts nobody any more, for good; the reason stands in the trail. Refused while people have open
    placements there, quoting how many."""
    reason = _reason(because)
    current = lock_site(site.pk)
    people = current.placements.open().values("case").distinct().count()
    if people and current.status in lifecycle.CLOSE_SITE.sources:
        raise Refusal(
            f"{people} {'person has an open placement' if people == 1 else 'people have open placements'} at "
            f"{current}. End {'it' if people == 1 else 'them'} first."
        )
    move(current, lifecycle.CLOSE_SITE, by=by, case=None, event={"site": str(site.pk), "because": reason})


def _reason(because) -> str:
    if not because.strip():
        raise Refusal("Enter why.", "because")
    return because.strip()
