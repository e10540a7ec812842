"""Addresses of the accounts that an administrator manages."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.list_users, name="users"),
]
