"""The papers of a site: recorded, given out as files, and told of before they run out."""

import logging
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import GRANTS
from audit.models import Event
from audit.trail import IllegalMove, move, record
from notices.outbox import tell
from placements import lifecycle, rules
from placements.lifecycle import SiteStatus
from placements.models import Site, SitePaper
from placements.operations.locking import lock_site
from placements.rules import papers
from referrals.operations import files

Kind = SitePaper.Kind
HOLDS_ITS_PAPERS = (SiteStatus.ASSESSED, SiteStatus.ACTIVE, SiteStatus.SUSPENDED)
logger = logging.getLogger(__name__)


def record_risk_assessment(site, *, by, risk_assessed_on, risk_review_on, upload=None) -> None:
    """The site has a risk assessment with these dates, and its file where one is given; those before are kept. A
    proposed site that is insured too is now assessed, any other keeps its status.

    Refused for an assessment in the future, a review that is past or years ahead, and once closed; a file as any file
    of a case is refused (files.look_at). The same file again is kept once."""
    papers.check_risk_assessment(risk_assessed_on, risk_review_on, timezone.localdate())
    dates = {"risk_assessed_on": risk_assessed_on, "risk_review_on": risk_review_on}
    _renew(site, by, Kind.RISK_ASSESSMENT, risk_review_on, dates, upload)


def record_insurance(site, *, by, insured_until, upload=None) -> None:
    """The site has public liability insurance until that day, and its file where one is given; those before are kept.
    As record_risk_assessment(); refused for insurance that has run out."""
    papers.check_insurance(insured_until, timezone.localdate())
    _renew(site, by, Kind.INSURANCE, insured_until, {"insured_until": insured_until}, upload)


def _renew(site, by, kind, until, dates, upload) -> None:
    if upload is None:
        with transaction.atomic():
            _write(site, by, kind, until, dates)
        return
    said = files.look_at(upload, by=by, ids=[site.pk])
    with files.stored(upload, SitePaper) as name, transaction.atomic():
        current = _write(site, by, kind, until, dates)
        there = current.papers.filter(kind=kind, sha256=said["sha256"])
        known = there.update(valid_until=until)  # sent again, perhaps with its date put right
        if not known:
            current.papers.create(kind=kind, file=name, valid_until=until, added_by=by, added_at=timezone.now(), **said)
    if known:
        default_storage.delete(name)


def _write(site, by, kind, until, dates) -> Site:
    current = lock_site(site.pk)
    if current.status == SiteStatus.CLOSED:
        raise IllegalMove(current.refuse(lifecycle.ASSESS_SITE))
    Site.objects.filter(pk=current.pk).update(**dates)
    record(lifecycle.SITE_RENEWED, by=by, ids=[current.pk], paper=kind.label, until=rules.date_in_words(until))
    current.refresh_from_db()
    if current.status in lifecycle.ASSESS_SITE.sources and current.insured_until and current.risk_review_on:
        move(current, lifecycle.ASSESS_SITE, by=by, case=None, event={"site": str(current.pk)})
    return current


def disclose_paper(paper, *, by):
    """The bytes, as an open file; that they leave the system is in the trail before they do. Refused (BytesLost) when
    the storage does not have them, or not as they were."""
    file = files.as_added(paper)
    record(
        lifecycle.PAPER_DISCLOSED, by=by, ids=[paper.pk], paper=paper.kind, site=str(paper.site_id), sha256=paper.sha256
    )
    return file


# --- told of before they run out ------------------------------------------------------------------------------------


def tell_of_papers(now: datetime) -> int:
    """The coordinators of each provider were told of the papers that run out: once 30 days before, once 7 days before,
    and once when they have (SCHEME EXPIRY_NOTICE_DAYS). Returns how many times somebody was told now. A site whose
    coordinators cannot be told does not hold up the others."""
    today = timezone.localdate(now)
    told = 0
    running_out = Site.objects.filter(status__in=HOLDS_ITS_PAPERS).running_out(papers.warned_from(today))
    for pk in list(running_out.values_list("pk", flat=True)):
        try:
            told += _tell_of_site(pk, today)
        except Exception:  # whatever it is, it is this site’s; the next run tries again
            logger.exception("the coordinators cannot be told of the papers of site %s yet", pk)
    return told


@transaction.atomic
def _tell_of_site(pk, today) -> int:
    site = lock_site(pk)  # of two workers the second finds what the first has written
    told = 0
    for paper, until in papers.runs_out(site).items():
        if until is None or site.status not in HOLDS_ITS_PAPERS:
            continue
        days = papers.threshold(until, today)
        if days is None:
            continue
        key = {"site": str(pk), "paper": paper, "until": until.isoformat(), "days": days}
        before = Event.objects.filter(
            kind=lifecycle.PAPERS_RUN_OUT.name,
            data__site=key["site"],
            data__paper=paper,
            data__until=key["until"],
            data__days__lte=days,
        )
        if before.exists():
            continue
        event = record(lifecycle.PAPERS_RUN_OUT, ids=[pk], **key)
        sentence = papers.told_of(site.name, paper, until, today)
        tell(_coordinators(site), event, sentence, reverse("placements:site", args=[pk]))
        told += 1
    return told


def _coordinators(site):
    roles = list(GRANTS["placements.manage_sites"])
    return User.objects.filter(organisation=site.provider_id, roles__overlap=roles, is_active=True)
