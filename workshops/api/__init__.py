"""The API of workshops, over the same operations as the pages."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from workshops.api.asking import CommentViewSet, QuoteViewSet, ScreenViewSet
from workshops.api.bookings import BookingViewSet, RegisterViewSet
from workshops.api.certificates import CertificateViewSet
from workshops.api.feedback import FeedbackViewSet
from workshops.api.sessions import SessionViewSet

router = SimpleRouter()
router.register("workshops/sessions", SessionViewSet, basename="api-workshop-sessions")
router.register("workshops/bookings", BookingViewSet, basename="api-workshop-bookings")
router.register("workshops/registers", RegisterViewSet, basename="api-workshop-registers")
urlpatterns = [
    path("workshops/bookings/<uuid:pk>/feedback/", FeedbackViewSet.as_view({"post": "write"}), name="api-feedback"),
    path(
        "workshops/bookings/<uuid:pk>/feedback-link/",
        FeedbackViewSet.as_view({"post": "link"}),
        name="api-feedback-link",
    ),
    path(
        "workshops/sessions/<uuid:pk>/feedback/",
        FeedbackViewSet.as_view({"get": "summary"}),
        name="api-feedback-summary",
    ),
    path(
        "workshops/bookings/<uuid:pk>/certificate/",
        CertificateViewSet.as_view({"get": "certificate"}),
        name="api-certificate",
    ),
    path(
        "workshops/sessions/<uuid:pk>/screen/",
        ScreenViewSet.as_view({"post": "open", "delete": "close"}),
        name="api-screen",
    ),
    path("referrals/<uuid:pk>/comments/", CommentViewSet.as_view({"get": "list"}), name="api-comments"),
    path("referrals/<uuid:pk>/comment-link/", CommentViewSet.as_view({"post": "link"}), name="api-comment-link"),
    path("workshops/quotes/", QuoteViewSet.as_view({"get": "list"}), name="api-quotes"),
    *router.urls,
]
