"""Addresses of workshops."""

from django.urls import path

from workshops import views

app_name = "workshops"

urlpatterns = [
    path("", views.upcoming, name="list"),
]
