"""Addresses of the audit trail."""

from django.urls import path

from audit import events_file, views

app_name = "audit"

urlpatterns = [
    path("", views.list_events, name="events"),
    path("download/", events_file.events, name="download"),
    path("events/<int:pk>/", views.show_event, name="event"),
    path("unattributed/", views.list_unattributed, name="unattributed"),
    path("seals/", views.show_seals, name="seals"),
]
