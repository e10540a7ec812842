"""make_*: rows of community work, as they stand after the steps before them (no events)."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from placements import rules
from placements.models import Assessment, HoursLine, Nomination, Placement, Site, SitePaper, WorkSession
from referrals.models import AttendanceOutcome, Consent
from referrals.operations.consents import is_child
from tests.factories import NOW, make_active_case, make_user

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 6, 10)  # a Wednesday, as factories.NOW
WEEKDAYS = [0, 1, 2, 3, 4]
READY = ("assessed", "workshop_attended")


def at(text):
    """at("2026-06-12 09:00") on Derbyshire's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def make_site(provider, name="Ilkeston Community Garden", **fields):
    return Site.objects.create(
        **{
            "provider": provider,
            "name": name,
            "address": "Bath Street, Ilkeston",
            "district_id": "erewash",
            "activity_id": "community_garden",
            "capacity": 3,
            "days_open": WEEKDAYS,
            "suitable_under_18": True,
            "insured_until": date(2027, 3, 31),
            "risk_assessed_on": date(2026, 1, 12),
            "risk_review_on": date(2027, 1, 12),
            "status": "active",
            **fields,
        }
    )


def make_assessment(case, by, **fields):
    """A complete assessment; of a child, with the consents of a parent or carer."""
    if is_child(case):
        for kind in ("work", "medical"):
            make_consent(case, kind, recorded_by=by)
    return Assessment.objects.create(
        **{
            "case": case,
            "sections_done": list(rules.SECTIONS),
            "started_by": by,
            "started_at": NOW,
            "emergency_contact_name": "Sam Ashe",
            "emergency_contact_phone": "07700 900456",
            "days_available": WEEKDAYS,
            "completed_by": by,
            "completed_at": NOW,
            **fields,
        }
    )


def make_consent(case, kind, given_by="Pat Stone", **fields):
    defaults = {"relationship": "parent or carer", "given_on": NOW.date(), "form_version": "2026-1"}
    return Consent.objects.create(case=case, kind=kind, given_by=given_by, **{**defaults, **fields})


def make_ready_case(officer, coordinator, *, hours=10, milestones=READY, assessment=None, **fields):
    """An active case that may be placed."""
    case = make_active_case(
        officer, coordinator.organisation, hours=hours, milestones=milestones, caseworker=coordinator, **fields
    )
    make_assessment(case, coordinator, **(assessment or {}))
    return case


def make_placement(case, site, by, **fields):
    """A placement with its account; the agreement was signed on 1 May 2026."""
    if not case.hours_lines.exists():
        make_order(case, by, case.plan.minutes_required)
    return Placement.objects.create(
        **{
            "case": case,
            "site": site,
            "minutes_agreed": case.plan.minutes_required,
            "signed_by": case.participant.name,
            "signed_on": date(2026, 5, 1),
            "planned_by": by,
            "planned_at": NOW,
            **fields,
        }
    )


def make_order(case, by, minutes, **fields):
    """So many minutes more in the order, or less; the account follows."""
    return HoursLine.objects.create(
        **{
            "case": case, "kind": "order", "account": "order", "against": "police", "minutes": minutes,
            "on": NOW.date(), "decided_by": "Tess Right", "reason": "What the plan asks for", "by": by, "at": NOW,
            **fields,
        }
    )  # fmt: skip


def make_credit(placement, minutes, start="2026-05-11 08:00", **fields):
    """Work that was recorded: one session of so many minutes, or a few where it would be too long, all credited."""
    starts_at = at(start) if isinstance(start, str) else start
    longest = min(minutes, 12 * 60)
    session = WorkSession.objects.create(
        **{
            "case": placement.case,
            "placement": placement,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=longest),
            "outcome_id": "complied",
            "recorded_by": placement.planned_by,
            "recorded_at": NOW,
            **fields,
        }
    )
    line = HoursLine.objects.create(
        case=placement.case, kind="credit", account="work", against="reported", on=starts_at.date(), minutes=longest,
        work_session=session, site=placement.site, by=placement.planned_by, at=NOW,
    )  # fmt: skip
    if minutes > longest:
        make_credit(placement, minutes - longest, starts_at + timedelta(days=1), **fields)
    return line


def make_session(placement, start="2026-06-09 09:00", hours=3, **fields):
    """A planned session with no outcome: by default it was yesterday."""
    starts_at = at(start) if isinstance(start, str) else start
    return WorkSession.objects.create(
        **{
            "case": placement.case,
            "placement": placement,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=hours),
            **fields,
        }
    )


def make_paper(site, by, **fields):
    """The certificate of a site's insurance, with its bytes in the storage."""
    data = b"%PDF-1.4\nThe certificate.\n%%EOF\n"
    return SitePaper.objects.create(
        **{
            "site": site,
            "kind": "insurance",
            "file": ContentFile(data, name="insurance.pdf"),
            "filename": "insurance.pdf",
            "media_type": "application/pdf",
            "size": len(data),
            "sha256": sha256(data).hexdigest(),
            "valid_until": site.insured_until or date(2027, 3, 31),
            "added_by": by,
            "added_at": NOW,
            **fields,
        }
    )


def make_nomination(force, **fields):
    """Suggested yesterday by somebody who wants to hear what becomes of it."""
    return Nomination.objects.create(
        **{
            "force": force,
            "what": "The path behind the village hall is overgrown.",
            "where": "Church Lane, Ilkeston",
            "from_name": "Priya Nettleford",
            "from_email": "priya@example.org",
            "sent_at": NOW - timedelta(days=1),
            **fields,
        }
    )


def outcome(code):
    return AttendanceOutcome.objects.get(code=code)


def make_coordinator(provider, name="Gita Rao"):
    return make_user(name, provider, "coordinator")
