"""Which roles the people of an organisation may hold."""

from collections.abc import Iterable

from accounts.roles import Role

ROLES = {
    "force": (Role.REFERRER, Role.TRIAGER, Role.FACILITATOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR),
    "provider": (Role.COORDINATOR, Role.PRACTITIONER, Role.FACILITATOR),
    "yjs": (),  # nobody of a Youth Justice Service signs in yet
}


def unfit_roles(kind: str, roles: Iterable[str]) -> str:
    """Why somebody of this kind of organisation cannot hold these roles; "" if they can."""
    if not ROLES[kind]:
        return "Nobody of a Youth Justice Service has an account yet."
    roles = list(roles)
    if not roles:
        return "Select at least one role."
    wrong = [Role(role).label.lower() for role in roles if role not in ROLES[kind]]
    if not wrong:
        return ""
    whose = {"force": "a police force", "provider": "a provider"}[kind]
    right = [role.label.lower() for role in ROLES[kind]]
    return f"Somebody of {whose} cannot be {_either(wrong)}. Select from {_either(right)}."


def _either(words):
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
