"""The forms of signing in and of passwords: django-allauth's, in our words."""

from allauth.account import forms as allauth_forms
from django.utils.safestring import SafeString

from govuk.forms import FormBehaviour

PASSWORD_HINT = "At least 12 characters. Three random words are easier to remember than symbols."  # noqa: S105


class SignInForm(FormBehaviour, allauth_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "login", "Email address", "Enter your work email address")
        _say(self, "password", "Password", "Enter your password")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ForgottenPasswordForm(FormBehaviour, allauth_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "email", "Email address", "Enter your work email address")


class _NewPassword(FormBehaviour):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "password1", "New password", "Enter a new password", hint=PASSWORD_HINT)
        _say(self, "password2", "New password again", "Enter the new password again")


class ResetPasswordForm(_NewPassword, allauth_forms.ResetPasswordKeyForm):
    pass


class FirstPasswordForm(_NewPassword, allauth_forms.SetPasswordForm):
    pass


class ChangePasswordForm(_NewPassword, allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Current password", "Enter your current password")


class ConfirmPasswordForm(FormBehaviour, allauth_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", "Enter your password")


def _say(form, name, label, required, hint=""):
    field = form.fields[name]
    field.label, field.help_text = label, SafeString(hint)
    field.error_messages["required"] = required
