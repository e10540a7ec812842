"""The API of community work, so that a provider's own system can report sessions."""

from rest_framework.routers import SimpleRouter

from placements.api import assessment, caseload, ending, hours, learning, planning
from placements.api.nominations import NominationViewSet
from placements.api.sites import SiteViewSet
from placements.api.work import PlacementViewSet, WorkSessionViewSet

router = SimpleRouter()
router.register("work-sessions", WorkSessionViewSet, basename="api-work-sessions")
router.register("sites", SiteViewSet, basename="api-sites")
router.register("nominations", NominationViewSet, basename="api-nominations")
router.register("placements", PlacementViewSet, basename="api-placements")
urlpatterns = [
    *router.urls,
    *assessment.urlpatterns,
    *caseload.urlpatterns,
    *ending.urlpatterns,
    *hours.urlpatterns,
    *learning.urlpatterns,
    *planning.urlpatterns,
]
