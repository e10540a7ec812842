"""Addresses of the accounts that an administrator manages."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.list_users, name="users"),
    path("download/", views.download, name="download"),
    path("add/", views.add_person, name="add"),
    path("<uuid:pk>/", views.show_user, name="user"),
    path("<uuid:pk>/change/", views.change_user, name="change"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("<uuid:pk>/invite/", views.invite, name="invite"),
]
