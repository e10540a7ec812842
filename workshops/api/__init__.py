"""The API of workshops, over the same operations as the pages."""

from rest_framework.routers import SimpleRouter

from workshops.api.sessions import SessionViewSet

router = SimpleRouter()
router.register("workshops/sessions", SessionViewSet, basename="api-workshop-sessions")
urlpatterns = router.urls
