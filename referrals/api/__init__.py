"""The API of the case, over the same operations as the pages."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from referrals.api.cases import ReferralViewSet
from referrals.api.codes import CodesView
from referrals.api.compliance import urlpatterns as compliance
from referrals.api.consents import urlpatterns as consents
from referrals.api.documents import urlpatterns as documents
from referrals.api.importing import ReferralFileViewSet
from referrals.api.messages import urlpatterns as messages
from referrals.api.notes import urlpatterns as notes
from referrals.api.overrides import OverrideViewSet
from referrals.api.people import PersonViewSet
from referrals.api.queue import SavedFilterViewSet
from referrals.api.restricting import RestrictedViewSet
from referrals.api.tasks import urlpatterns as tasks

router = SimpleRouter()
router.register("referrals", ReferralViewSet, basename="api-referrals")
router.register("saved-filters", SavedFilterViewSet, basename="api-saved-filters")
router.register("people", PersonViewSet, basename="api-people")
router.register("restricted", RestrictedViewSet, basename="api-restricted")
router.register("referral-files", ReferralFileViewSet, basename="api-referral-files")
router.register("overrides", OverrideViewSet, basename="api-overrides")
urlpatterns = [
    path("codes/", CodesView.as_view(), name="api-codes"),
    *compliance,
    *consents,
    *documents,
    *messages,
    *notes,
    *tasks,
    *router.urls,
]
