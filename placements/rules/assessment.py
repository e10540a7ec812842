"""What an assessment asks, and what is still missing before it is complete."""

from collections.abc import Collection

# Section → its title, in the order of the task list.
SECTIONS = {
    "needs": "What they need",
    "risks": "Risks",
    "medical": "Medical",
    "emergency": "Emergency contact",
    "lone_working": "Being alone with staff",
    "activities": "Activities to avoid",
    "apart": "People they must not work beside",
    "days": "Days they can work",
    "consents": "Consents",
}
# What a parent or carer must have consented to before a child works, in the words of a sentence.
CONSENTS_FOR_A_CHILD = {"work": "to community work", "medical": "to medical treatment in an emergency"}


def asked_of(child: bool) -> tuple[str, ...]:
    """The kinds of consent that the assessment asks for. An adult says by their own signature on the agreement that
    they will work."""
    return ("work", "medical", "photo") if child else ("medical", "photo")


def consents_lacking(child: bool, in_force: Collection[str]) -> list[str]:
    """The consents without which this person may not work, in words. `in_force`: kinds."""
    return [words for kind, words in CONSENTS_FOR_A_CHILD.items() if child and kind not in in_force]


def lacking(done: Collection[str], *, child: bool, in_force: Collection[str]) -> dict[str, str]:
    """Section → what it still needs before the assessment is complete; nothing once it may be completed. Photographs
    may be refused: it is enough that somebody was asked."""
    found = {name: f"“{title}” is not answered yet." for name, title in SECTIONS.items() if name not in done}
    if "consents" in done and (missing := consents_lacking(child, in_force)):
        found["consents"] = f"A parent or carer must consent {' and '.join(missing)}: the person is under 18."
    return found


def progress(done: Collection[str]) -> str:
    """ "3 of 9 sections"."""
    return f"{sum(name in done for name in SECTIONS)} of {len(SECTIONS)} sections"
