"""Addresses of placements."""

from django.urls import path

from placements.views import sites, work

app_name = "placements"

urlpatterns = [
    path("sites/", sites.sites, name="sites"),
    path("work/", work.work, name="work"),
]
