"""Every address of the API: the apps' own api.py files, sign-in for tokens, and the schema."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.urls import include, path
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.api import SignInView, SignOutView
from accounts.roles import SIGNED_IN


class SchemaView(SpectacularAPIView):
    permission = SIGNED_IN


@method_decorator(
    csp_replace(  # what Swagger UI draws with; scripts still come from here only
        {"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"], "require-trusted-types-for": None}
    ),
    name="dispatch",
)
class DocsView(SpectacularSwaggerSplitView):
    permission = SIGNED_IN


urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="api-sign-in"),
    path("sign-out/", SignOutView.as_view(), name="api-sign-out"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    path("", include("notices.api")),
    path("", include("referrals.api")),
    path("", include("workshops.api")),
    path("", include("placements.api")),
    path("", include("reporting.api")),
]
