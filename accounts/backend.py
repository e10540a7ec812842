"""Sign-in by django-allauth; the person of a session is fetched with their organisation, which every page names."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        user = User.objects.select_related("organisation").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
