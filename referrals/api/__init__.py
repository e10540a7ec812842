"""The API of the case, over the same operations as the pages."""

from rest_framework.routers import SimpleRouter

from referrals.api.cases import ReferralViewSet

router = SimpleRouter()
router.register("referrals", ReferralViewSet, basename="api-referrals")
urlpatterns = router.urls
