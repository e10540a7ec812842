"""make_*: one valid row each, with the fields that a test does not care about filled in. No dates but fixed ones."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Organisation, User
from accounts.roles import Role
from audit.trail import record
from notices.models import Notice
from referrals import lifecycle
from referrals.models import Consent, Decision, Document, Milestone, Person, Plan, Referral, Victim
from referrals.rules import working_days_clock

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)  # a Wednesday
PASSWORD = "correct horse battery"
_numbers = iter(range(1, 10_000_000))


def make_force(name="Derbyshire Police"):
    return Organisation.objects.create(name=name, kind=Organisation.Kind.FORCE)


def make_provider(name="Remedi", serves=()):
    provider = Organisation.objects.create(name=name, kind=Organisation.Kind.PROVIDER)
    provider.serves.set(serves)
    return provider


def make_user(full_name, organisation, *roles, **fields):
    email = f"{full_name.lower().replace(' ', '.')}@{organisation.name.lower().replace(' ', '-')}.example"
    return User.objects.create_user(
        email, PASSWORD, full_name=full_name, organisation=organisation, roles=list(roles), **fields
    )


def make_outsider():
    return make_user("Oscar Reed", make_force("Neighbouring Police"), *Role.values)


def make_person(force, given_names="Jordan", family_name="Ashe", date_of_birth=date(1998, 3, 4), **fields):
    return Person.objects.create(
        force=force, given_names=given_names, family_name=family_name, date_of_birth=date_of_birth, **fields
    )


def make_child(force, **fields):
    return make_person(force, "Riley", "Stone", date(2011, 5, 6), **fields)


def make_referral(officer, *, participant=None, status="draft", at=NOW, **fields):
    """A referral that is complete enough to submit; for later statuses, as it stands after those steps (no events)."""
    number = next(_numbers)
    submitted = status not in ("draft",)
    defaults = {
        "reference": f"IJ/2026/9{number:05}",
        "force": officer.organisation,
        "referred_by": officer,
        "participant": participant or make_person(officer.organisation),
        "incident_number": f"26000{number:06}",
        "offence_id": "criminal_damage",
        "asb_qualifier": "environmental",
        "offence_at": at - timedelta(days=3),
        "place": "Bath Street, Ilkeston",
        "district_id": "erewash",
        "circumstances": "Sprayed paint on the bus shelter with two others.",
        "risks_considered": True,
        "disposal_id": "community_resolution",
        "disposal_at": at - timedelta(days=1),
        "sufficient_evidence": True,
        "responsibility": "accepted",
        "gravity_score": 2,
        "rationale": "First time, admits it, wants to put it right.",
        "hours_set": 10,
        "submitted_at": at if submitted else None,
        "status": status,
    }
    given = {**defaults, **fields}
    if status == "submitted":
        given.setdefault("decision_due_at", working_days_clock(given["submitted_at"], 1, at).due_at)
    case = Referral.objects.create(**given)
    Consent.objects.create(
        case=case, kind="take_part", given_by=case.participant.name, given_on=at.date(), form_version="2026-1"
    )
    Consent.objects.create(
        case=case, kind="share", given_by=case.participant.name, given_on=at.date(), form_version="2026-1"
    )
    return case


def make_victim(case, **fields):
    person = fields.pop("person", None) or make_person(
        case.force, "Mary", "Poole", date(1960, 1, 2), phone="07700 900123"
    )
    return Victim.objects.create(
        **{
            "case": case,
            "kind": "person",
            "person": person,
            "consulted_on": NOW.date(),
            "view": "Would like the shelter cleaned.",
            "wish_id": "repair_damage",
            **fields,
        }
    )


def make_document(case, by, *, data=b"%PDF-1.4\nA statement.\n%%EOF\n", **fields):
    """A document of the case, its bytes in the storage."""
    name = default_storage.save(f"documents/00/{next(_numbers):032}", ContentFile(data))
    defaults = {
        "kind": "statement",
        "title": "Statement of the shop’s manager",
        "filename": "statement.pdf",
        "media_type": "application/pdf",
        "size": len(data),
        "sha256": sha256(data).hexdigest(),
        "added_by": by,
        "added_at": NOW,
    }
    return Document.objects.create(case=case, file=name, **{**defaults, **fields})


def make_notice(user, case, *, at=NOW, **fields):
    """A notice of something that was done in the case, which is due."""
    defaults = {
        "event": record(lifecycle.ASSIGNED, by=None, case=case, to=str(user)),
        "sentence": f"{case.reference} is assigned to you.",
        "path": f"/referrals/{case.pk}/",
        "made_at": at,
        "due_at": at,
    }
    return Notice.objects.create(user=user, **{**defaults, **fields})


def make_active_case(
    officer, provider, *, triager=None, hours=10, workshop_needed=True, milestones=(), at=NOW, **fields
):
    """An accepted case with its plan, and the milestones asked for."""
    triager = triager or make_user(f"Tess Right{next(_numbers)}", officer.organisation, "triager")
    case = make_referral(officer, status="active", at=at, decided_at=at, provider=provider, hours_set=hours, **fields)
    Decision.objects.create(case=case, outcome="accept", rationale="Suitable.", by=triager, at=at)
    Plan.objects.create(case=case, workshop_needed=workshop_needed, minutes_required=hours * 60, provider=provider)
    for kind in milestones:
        Milestone.objects.create(case=case, kind=kind, at=at)
    return case
