"""Every address of the system. Pages by app; the API under /api/."""

from django.urls import include, path

from immediatejustice import api, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("accounts.entrance_urls")),
    path("people/", include("accounts.urls")),
    path("people/", include("notices.urls")),
    path("referrals/", include("referrals.urls")),
    path("workshops/", include("workshops.urls")),
    path("placements/", include("placements.urls")),
    path("restorative/", include("restorative.urls")),
    path("reporting/", include("reporting.urls")),
    path("audit/", include("audit.urls")),
    path("api/", include(api)),
]
