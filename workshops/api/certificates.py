"""The certificate of attendance in the API."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.viewsets import GenericViewSet

from referrals.api.fields import FileOrRefusal
from referrals.opening import reason_in_header
from workshops import operations
from workshops.models import Booking
from workshops.views.asking import as_certificate


class CertificateViewSet(GenericViewSet):
    """The certificate of somebody who attended."""

    permissions = {"certificate": "workshops.certify"}
    content_negotiation_class = FileOrRefusal
    queryset = Booking.objects.none()
    pagination_class = None

    def get_queryset(self):
        return Booking.objects.certified_to(self.request.user)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def certificate(self, request, pk=None):
        """The certificate as a PDF; that it left the system goes to the trail. 422 unless they are recorded as
        attended. Of a restricted case it opens only to those who are named on it."""
        booking = self.get_object()
        why = reason_in_header(request, booking.case)
        return as_certificate(operations.certify(booking, by=request.user, **why))
