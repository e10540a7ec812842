"""What somebody typed and did not save; and the pages of django-allauth that we offer. Left out: changing one's
address, which is the administrator's to do."""

from allauth.account.urls import urlpatterns as offered
from django.urls import path

from accounts import views

KEPT = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",  # says that accounts are made by an administrator
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}

urlpatterns = [
    path("keep/", views.keep_text, name="keep_text"),
    path("phone/", views.own_phone, name="own_phone"),
    path("keep/discard/", views.discard_text, name="discard_text"),
    *[pattern for pattern in offered if pattern.name in KEPT],
]
