from allauth.account.signals import password_changed, password_reset
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self):
        from audit import database, signins

        post_migrate.connect(database.protect, sender=self)
        user_logged_in.connect(signins.signed_in)
        user_logged_out.connect(signins.signed_out)
        user_login_failed.connect(signins.failed)
        password_changed.connect(signins.password_set)
        password_reset.connect(signins.password_set)
