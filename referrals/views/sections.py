"""The sections of a draft: which apply, how far each has got, and which page mends a finding."""

from dataclasses import dataclass, field

from django.urls import reverse

from referrals.rules import ADULT, age_on

# Section → its title, and the fields of the findings that its page mends.
SECTIONS = {
    "person": ("The person", {"date_of_birth"}),
    "parent": ("Parent or carer, and appropriate adult", {"parent_given_names", "appropriate_adult"}),
    "incident": (
        "What happened",
        {
            "offence", "incident_number", "offence_at", "reported_on", "place", "district", "circumstances",
            "domestic_abuse", "hate", "sexual", "weapon", "serious_violence",
        },
    ),
    "disposal": (
        "Disposal and hours",
        {
            "disposal", "disposal_at", "responsibility", "sufficient_evidence", "gravity_score", "rationale",
            "hours_set", "hours_reason",
        },
    ),
    "victims": ("Victims", {"victim"}),
    "risks": ("Risks and needs", {"risks"}),
    "consent": ("Consent", {"consent"}),
    "authority": ("An inspector’s authority", {"inspector"}),
    "documents": ("Documents", set()),
}  # fmt: skip


NONE = {"victims": "None recorded", "documents": "None added"}  # sections that may stay empty


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    href: str
    started: bool
    findings: list = field(default_factory=list)
    count: int = 0

    @property
    def status(self) -> dict:
        """As the task list component wants it."""
        if not self.started and self.name in NONE:
            return {"text": NONE[self.name]}
        if self.name == "documents":
            return {"text": f"{self.count} document{'s' if self.count > 1 else ''}"}
        if not self.started:
            return {"tag": {"text": "Not started", "classes": "govuk-tag--grey"}}
        if self.findings:
            return {"tag": {"text": "Not finished", "classes": "govuk-tag--blue"}}
        return {"text": "Completed"}

    @property
    def hint(self) -> str:
        """What is still to do, once somebody has begun."""
        return " ".join(finding.do for finding in self.findings) if self.started else ""


def age_of(case, day) -> int | None:
    born = case.participant.date_of_birth
    return age_on(born, day) if born else None


def is_child(case, day) -> bool | None:
    """Whether the participant is under 18 on the day; None while the date of birth is not known."""
    age = age_of(case, day)
    return None if age is None else age < ADULT


def section_url(case, name) -> str:
    return reverse("referrals:documents" if name == "documents" else f"referrals:edit_{name}", args=[case.pk])


def page_for(case, finding) -> str:
    """The address of the page that mends the finding, down to its field where the page has it by that name."""
    for name, (_, fields) in SECTIONS.items():
        if finding.field in fields:
            return section_url(case, name)
    raise LookupError(f"no section asks for {finding.field}")


def sections_of(case, findings, day) -> list[Section]:
    """The sections that this draft needs, in order. `findings`: what blocks it (facts.blocking)."""
    child = is_child(case, day)
    victims, consents = case.victims.all(), [c for c in case.consents.all() if c.withdrawn_at is None]
    documents = [document for document in case.documents.all() if document.removed_at is None]
    needed = {"parent": child is True, "authority": any(f.field == "inspector" for f in findings) or case.inspector}
    started = {
        "person": True,
        "parent": bool(case.parent_or_carer_id or case.appropriate_adult),
        "incident": bool(case.offence_id or case.incident_number or case.circumstances),
        "disposal": bool(case.disposal_id or case.hours_set),
        "victims": bool(victims),
        "risks": bool(case.risks_considered or case.risks or case.participant.needs),
        "consent": bool(consents),
        "documents": bool(documents),
        "authority": bool(case.inspector or case.inspector_reason),
    }
    return [
        Section(
            name,
            title,
            section_url(case, name),
            started[name],
            [f for f in findings if f.field in fields],
            len(documents) if name == "documents" else 0,
        )
        for name, (title, fields) in SECTIONS.items()
        if needed.get(name, True)
    ]


def following(case, name, day) -> str:
    """Where “Save and continue” leads from a section: the next one that every such draft needs, else the check page."""
    passed_by = {"authority", "documents"} | (set() if is_child(case, day) else {"parent"})
    order = [key for key in SECTIONS if key not in passed_by]
    after = order[order.index(name) + 1 :] if name in order else []
    return section_url(case, after[0]) if after else reverse("referrals:check", args=[case.pk])
