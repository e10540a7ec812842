"""Addresses of restorative justice."""

from django.urls import path

from restorative import views

app_name = "restorative"

urlpatterns = [
    path("", views.list_processes, name="list"),
]
