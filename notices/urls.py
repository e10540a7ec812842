"""Addresses of notices."""

from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("me/notices/", views.choose, name="choose"),
    path("notices/", views.in_trouble, name="in_trouble"),
    path("notices/send-failed-again/", views.send_failed_again, name="send_failed_again"),
    path("notices/<int:pk>/send-again/", views.send_again, name="send_again"),
    path("notices/<int:pk>/give-up/", views.give_up, name="give_up"),
]
