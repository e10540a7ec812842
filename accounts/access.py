"""How a view names its permission, and what refuses one that names none.

A page is a function decorated with @needs("app.verb"). An API view sets `permission`, or `permissions` by action.
Which rows a user may see is another question: visible_to(user) on the QuerySet answers it, with 404.
"""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from accounts.kept import keep_of_signed_out
from accounts.roles import GRANTS, PUBLIC, SIGNED_IN, may


def needs(permission: str):
    """Name the permission of a page: signed out goes to sign-in, with what was sent kept; the wrong role gets 403."""
    assert permission in GRANTS or permission in (PUBLIC, SIGNED_IN), permission

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not may(request.user, permission):
                if not request.user.is_authenticated:
                    keep_of_signed_out(request)
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate


def api_permission(view) -> str | None:
    """The permission that an API view names for the action or method at hand; None if it names none."""
    named = getattr(view, "permissions", None)
    if named is not None:
        return named.get(getattr(view, "action", None) or view.request.method.lower())
    return getattr(view, "permission", None)


class NamedPermission(BasePermission):
    """Refuses an API view that names no permission, and a user whose roles do not grant the one it names."""

    def has_permission(self, request, view):
        permission = api_permission(view)
        return permission is not None and may(request.user, permission)
