"""Addresses of referrals."""

from django.urls import path

from referrals.views import cases

app_name = "referrals"

urlpatterns = [
    path("", cases.cases, name="list"),
    path("<uuid:pk>/", cases.case, name="detail"),
]
