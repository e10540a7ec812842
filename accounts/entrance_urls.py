"""The pages of django-allauth that we offer. Left out: changing one's address, which is the administrator's to do."""

from allauth.account.urls import urlpatterns as offered

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

urlpatterns = [pattern for pattern in offered if pattern.name in KEPT]
