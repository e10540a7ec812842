"""Whether a message is still true at the moment it is sent. A stage that writes messages registers, when Django starts,
the first word of their `about` and a function no_longer(message, now) → why it is not true any more; "" if it is."""

_ABOUT: dict = {}


def register(word: str, no_longer) -> None:
    _ABOUT[word] = no_longer


def no_longer_true(message, now) -> str:
    """Why this message is not sent any more; empty if what it says still holds."""
    check = _ABOUT.get(message.about.partition(":")[0])
    return check(message, now) if check else ""
