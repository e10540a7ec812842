"""The last line: a page that names no permission is refused to everybody."""

from django.core.exceptions import PermissionDenied

# Views of libraries that guard themselves; by the module that defines them.
GUARDED_ELSEWHERE = ("allauth.account.", "django.contrib.staticfiles.", "django.views.static")


class NamedPermissionMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not names_a_permission(view):
            raise PermissionDenied(f"{view.__module__}.{view.__name__} names no permission")


def names_a_permission(view) -> bool:
    """Whether a resolved view (function, Django class or DRF class) says who may use it."""
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if hasattr(view, "permission"):
        return True
    if view_class is not None and (hasattr(view_class, "permission") or hasattr(view_class, "permissions")):
        return True
    return view.__module__.startswith(GUARDED_ELSEWHERE)
