"""The API of workshops, over the same operations as the pages."""

from rest_framework.routers import SimpleRouter

from workshops.api.bookings import BookingViewSet, RegisterViewSet
from workshops.api.sessions import SessionViewSet

router = SimpleRouter()
router.register("workshops/sessions", SessionViewSet, basename="api-workshop-sessions")
router.register("workshops/bookings", BookingViewSet, basename="api-workshop-bookings")
router.register("workshops/registers", RegisterViewSet, basename="api-workshop-registers")
urlpatterns = router.urls
