"""The table of permissions, as the documentation prints it."""

import re

from django.conf import settings

from accounts.roles import GRANTS, Role


def test_the_page_about_security_prints_the_table_of_permissions():
    page = (settings.BASE_DIR / "docs" / "security.md").read_text()
    printed = {
        name: {Role(value) for value, label in Role.choices if label.lower() in roles.split(", ")}
        for name, roles in re.findall(r"^\| `([a-z_.]+)` \| (.+) \|$", page, re.MULTILINE)
    }
    assert printed == {name: set(roles) for name, roles in GRANTS.items()}
