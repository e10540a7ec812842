"""The end of community work and the participant's own page in the API, over the same operations as the pages."""

from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from placements import operations
from placements.models import CompletionReport, ParticipantLink
from placements.views.ending import as_certificate
from referrals.api.fields import FileOrRefusal
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.models import Referral
from referrals.opening import reason_in_header


class CompletionReportSerializer(serializers.ModelSerializer):
    """A report to the officer: its figures as they were, in minutes. The file is among the documents of the case; once
    the triage team has removed it, its words are not told any more."""

    document = serializers.UUIDField(source="document_id")
    made_by = serializers.CharField(source="made_by.full_name")

    class Meta:
        model = CompletionReport
        fields = ["id", "number", "facts", "in_words", "changed_because", "document", "made_by", "made_at"]

    def to_representation(self, report):
        shown = super().to_representation(report)
        return shown | {"in_words": "", "changed_because": ""} if report.document.removed_at else shown


class ReportCompletionSerializer(serializers.Serializer):
    in_words = serializers.CharField(max_length=3000, help_text="What the officer should know. Name no victim")
    changed_because = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Of a report after the first: what differs"
    )


class CompletionReportViewSet(OfCase):
    """The provider's reports on the community work of a case."""

    permissions = {"list": "placements.report", "create": "placements.report"}
    serializers = {"create": ReportCompletionSerializer}
    serializer_class = CompletionReportSerializer
    queryset = CompletionReport.objects.none()
    pagination_class = None

    def list(self, request, pk=None):
        """The newest first."""
        reports = self.opened().completion_reports.select_related("made_by", "document").order_by("-number")
        return Response(CompletionReportSerializer(reports, many=True).data)

    @extend_schema(responses={201: CompletionReportSerializer}, parameters=[KEY])
    def create(self, request, pk=None):
        """The officers have the report and are told. 409 while the work goes on or an outcome is missing."""
        case = self.opened()
        made = made_once(request, lambda: operations.report_completion(case, by=request.user, **self.said()))
        report = CompletionReport.objects.select_related("made_by", "document").get(pk=made)
        return Response(CompletionReportSerializer(report).data, status=status.HTTP_201_CREATED)


class WorkCertificateViewSet(OfCase):
    """The participant's certificate."""

    permissions = {"certificate": "placements.certify"}
    content_negotiation_class = FileOrRefusal
    queryset = Referral.objects.none()
    pagination_class = None

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def certificate(self, request, pk=None):
        """The certificate as a PDF; that it left the system goes to the trail. 422 before anything is credited."""
        case = self.opened()
        why = reason_in_header(request, case)
        return as_certificate(operations.certify_work(case, by=request.user, **why))


class ParticipantLinkSerializer(serializers.ModelSerializer):
    """The link that lives, without its secret."""

    made_by = serializers.CharField(source="made_by.full_name")

    class Meta:
        model = ParticipantLink
        fields = ["made_by", "made_at", "expires_at", "last_opened_at"]


class NewLinkSerializer(serializers.Serializer):
    address = serializers.URLField(help_text="Told once: only a digest of its secret is kept")


class ParticipantLinkViewSet(OfCase):
    """The link to the participant's own page."""

    permissions = dict.fromkeys(("retrieve", "create", "destroy"), "placements.share")
    serializer_class = ParticipantLinkSerializer
    queryset = ParticipantLink.objects.none()

    @extend_schema(responses=ParticipantLinkSerializer)
    def retrieve(self, request, pk=None):
        """The link that lives; 404 where there is none."""
        links = self.opened().participant_links.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())
        link = links.select_related("made_by").first()
        if link is None:
            return Response({"detail": "There is no link."}, status=status.HTTP_404_NOT_FOUND)
        return Response(ParticipantLinkSerializer(link).data)

    @extend_schema(request=None, responses={201: NewLinkSerializer})
    def create(self, request, pk=None):
        """A new link, whose address is told once; one they had opens nothing any more."""
        token = operations.make_participant_link(self.opened(), by=request.user)
        address = request.build_absolute_uri(reverse("placements:own_page", args=[token]))
        return Response({"address": address}, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request, pk=None):
        """The link opens nothing any more; 409 where there is none."""
        operations.revoke_participant_link(self.opened(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


OF_CASE = "referrals/<uuid:pk>"
urlpatterns = [
    path(
        f"{OF_CASE}/completion-reports/",
        CompletionReportViewSet.as_view({"get": "list", "post": "create"}),
        name="api-completion-reports",
    ),
    path(
        f"{OF_CASE}/work-certificate/",
        WorkCertificateViewSet.as_view({"get": "certificate"}),
        name="api-work-certificate",
    ),
    path(
        f"{OF_CASE}/participant-link/",
        ParticipantLinkViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="api-participant-link",
    ),
]
