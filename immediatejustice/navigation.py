"""What stands in the service navigation: the pages that this person's roles open."""

from django.urls import reverse

# text, URL name, the permission that opens it, the path that it stays lit on
ITEMS = (
    ("Home", "home", "signed_in", None),
    ("Cases", "referrals:list", "referrals.read", "/referrals/"),
    ("Caseload", "placements:caseload", "placements.assess", "/placements/caseload/"),
    ("Workshops", "workshops:list", "workshops.read", "/workshops/"),
    ("Today’s work", "placements:today", "placements.log", "/placements/today/"),
    ("Sites", "placements:sites", "placements.read", "/placements/sites/"),
    ("Work sessions", "placements:work", "placements.read", "/placements/work/"),
    ("Courses", "placements:courses", "placements.read", "/placements/courses/"),
    ("Restorative justice", "restorative:list", "restorative.read", "/restorative/"),
    ("Figures", "reporting:figures", "reporting.read", "/reporting/figures/"),
    ("Reports", "reporting:list", "reporting.read", "/reporting/reports/"),
    ("Audit trail", "audit:events", "audit.read", "/audit/"),
    ("Accounts", "accounts:users", "accounts.manage", "/people/"),
)


def navigation(request):
    """Template context: `navigation`, a list of {text, href, active}; empty when signed out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {
        "navigation": [
            {
                "text": text,
                "href": reverse(name),
                "active": request.path.startswith(under) if under else request.path == reverse(name),
            }
            for text, name, permission, under in ITEMS
            if user.may(permission)
        ]
    }
