from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self):
        from referrals import truth
        from referrals.operations import noncompliance_letter

        truth.register(noncompliance_letter.ABOUT, noncompliance_letter.no_longer)
