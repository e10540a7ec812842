"""Sites in the API, over the same operations as the pages."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from placements import operations
from placements.forms.sites import SiteForm
from placements.models import Activity, Site, SitePaper, WorkSession
from placements.operations.sites import site_as_seen
from referrals.api.fields import CodeField, FileOrRefusal
from referrals.api.sending import KEY, made_once
from referrals.lifecycle import LISTED
from referrals.models import District
from referrals.views.documents import as_attachment

SAID = SiteForm.Meta.fields


class SiteSerializer(serializers.ModelSerializer):
    """A site as it stands. Send `version` back when you change it."""

    version = serializers.SerializerMethodField()
    to_move = serializers.IntegerField(default=0, help_text="Planned sessions that cannot take place any more")

    class Meta:
        model = Site
        fields = [
            "id", "version", "status", *SAID, "insured_until", "risk_assessed_on", "risk_review_on", "to_move",
        ]  # fmt: skip

    def get_version(self, site) -> str:
        return site_as_seen(site, SAID)


class ProposeSerializer(serializers.ModelSerializer):
    district = CodeField(District)
    activity = CodeField(Activity)
    days_open = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), help_text="0 = Monday")

    class Meta:
        model = Site
        fields: tuple[str, ...] = SAID
        validators: list = []  # the same name and address twice is refused by the operation


class EditSiteSerializer(ProposeSerializer):
    version = serializers.CharField(
        source="seen", help_text="Required: as read. If the site was changed since, the answer is 409"
    )

    class Meta(ProposeSerializer.Meta):
        fields = (*SAID, "version")

    def validate(self, attrs):
        if "seen" not in attrs:
            raise serializers.ValidationError({"version": ["Send the version of the site as you read it."]})
        return attrs


class RiskAssessmentSerializer(serializers.Serializer):
    risk_assessed_on = serializers.DateField()
    risk_review_on = serializers.DateField()
    file = serializers.FileField(source="upload", required=False, allow_empty_file=True)


class InsuranceSerializer(serializers.Serializer):
    insured_until = serializers.DateField()
    file = serializers.FileField(source="upload", required=False, allow_empty_file=True)


class BecauseSerializer(serializers.Serializer):
    because = serializers.CharField(max_length=200)


class PaperSerializer(serializers.ModelSerializer):
    added_by = serializers.CharField(source="added_by.full_name")

    class Meta:
        model = SitePaper
        fields = [
            "id", "kind", "valid_until", "filename", "media_type", "size", "sha256", "scan", "added_by", "added_at",
        ]  # fmt: skip


class PlannedSerializer(serializers.ModelSerializer):
    """A planned session that cannot take place at the site any more."""

    reference = serializers.CharField(source="case.reference")
    participant = serializers.SerializerMethodField(help_text="“Restricted” where you may not open the case")

    class Meta:
        model = WorkSession
        fields = ["id", "version", "reference", "participant", "starts_at", "ends_at"]

    def get_participant(self, session) -> str:
        return "Restricted" if session.hidden else session.case.participant.name


class ByName(CursorPagination):
    page_size = 50
    ordering = ("name", "id")


class SiteViewSet(GenericViewSet):
    """Sites of one's provider; for the triage team, of the providers that serve the force."""

    permissions = {
        **dict.fromkeys(("list", "retrieve", "papers", "paper", "sessions"), "placements.read"),
        **dict.fromkeys(
            ("create", "partial_update", "assess", "insure", "open", "suspend", "close"), "placements.manage_sites"
        ),
        "cancel_sessions": "placements.place",
    }
    serializer_class = SiteSerializer
    pagination_class = ByName
    content_negotiation_class = FileOrRefusal
    parser_classes = [JSONParser, MultiPartParser]
    queryset = Site.objects.none()

    def get_queryset(self):
        visible = Site.objects.visible_to(self.request.user, self.permissions[self.action])
        return visible.with_sessions_to_move(timezone.now())

    def _sent(self, serializer_class, **how):
        sent = serializer_class(data=self.request.data, context=self.get_serializer_context(), **how)
        sent.is_valid(raise_exception=True)
        return sent.validated_data

    def _answer(self, pk, code=status.HTTP_200_OK):
        """The site as it stands now, whichever role of the sender reads it."""
        sites = Site.objects.visible_to(self.request.user).with_sessions_to_move(timezone.now())
        return Response(SiteSerializer(get_object_or_404(sites, pk=pk)).data, status=code)

    @extend_schema(parameters=[OpenApiParameter("status", str, description="Only those with this status")])
    def list(self, request):
        sites = self.get_queryset()
        if wanted := request.query_params.get("status"):
            sites = sites.filter(status=wanted.replace("\x00", ""))
        return self.get_paginated_response(SiteSerializer(self.paginate_queryset(sites), many=True).data)

    def retrieve(self, request, pk=None):
        """One site."""
        return Response(SiteSerializer(self.get_object()).data)

    @extend_schema(request=ProposeSerializer, responses={201: SiteSerializer}, parameters=[KEY])
    def create(self, request):
        """The site is proposed; it takes nobody before it is assessed, insured and opened."""
        made = made_once(request, lambda: operations.propose_site(by=request.user, **self._sent(ProposeSerializer)))
        return self._answer(made, status.HTTP_201_CREATED)

    @extend_schema(request=EditSiteSerializer, responses=SiteSerializer)
    def partial_update(self, request, pk=None):
        """The site says what is sent, and otherwise what it said. 409 where somebody changed it since it was read."""
        site = self.get_object()
        said = {name: getattr(site, name) for name in SAID}
        operations.edit_site(site, by=request.user, **{**said, **self._sent(EditSiteSerializer, partial=True)})
        return self._answer(pk)

    @extend_schema(request={"multipart/form-data": RiskAssessmentSerializer}, responses=SiteSerializer)
    @action(detail=True, methods=["post"], url_path="risk-assessment")
    def assess(self, request, pk=None):
        """The site has a risk assessment with these dates, and its file."""
        operations.record_risk_assessment(self.get_object(), by=request.user, **self._sent(RiskAssessmentSerializer))
        return self._answer(pk)

    @extend_schema(request={"multipart/form-data": InsuranceSerializer}, responses=SiteSerializer)
    @action(detail=True, methods=["post"], url_path="insurance")
    def insure(self, request, pk=None):
        """The site is insured until that day, with the certificate’s file."""
        operations.record_insurance(self.get_object(), by=request.user, **self._sent(InsuranceSerializer))
        return self._answer(pk)

    @extend_schema(request=None, responses=SiteSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request, pk=None):
        """People may be placed at the site."""
        operations.open_site(self.get_object(), by=request.user)
        return self._answer(pk)

    @extend_schema(request=BecauseSerializer, responses=SiteSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request, pk=None):
        """Nothing new is planned at the site until it is opened again."""
        operations.suspend_site(self.get_object(), by=request.user, **self._sent(BecauseSerializer))
        return self._answer(pk)

    @extend_schema(request=BecauseSerializer, responses=SiteSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        """The site hosts nobody any more."""
        operations.close_site(self.get_object(), by=request.user, **self._sent(BecauseSerializer))
        return self._answer(pk)

    @extend_schema(responses=PaperSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def papers(self, request, pk=None):
        """The files of the site’s papers, the newest first."""
        papers = self.get_object().papers.select_related("added_by")
        return Response(PaperSerializer(papers, many=True).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, url_path=r"papers/(?P<paper_pk>[0-9a-f-]{36})/file")
    def paper(self, request, pk=None, paper_pk=None):
        """The file itself; that it left the system goes to the trail."""
        paper = get_object_or_404(self.get_object().papers, pk=paper_pk)
        return as_attachment(operations.disclose_paper(paper, by=request.user), paper)

    @extend_schema(responses=PlannedSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def sessions(self, request, pk=None):
        """Planned sessions that cannot take place at the site any more."""
        sessions = WorkSession.objects.filter(placement__site=self.get_object()).listed_to(request.user)
        rows = list(
            sessions.that_cannot_be(timezone.now())
            .with_hidden(request.user)
            .select_related("case__participant")
            .order_by("starts_at", "pk")
        )
        record(LISTED, by=request.user, ids=sorted({row.case_id for row in rows if not row.hidden}))
        return Response(PlannedSerializer(rows, many=True).data)

    @extend_schema(
        request=BecauseSerializer,
        responses=inline_serializer("CancelledSessions", {"cancelled": serializers.IntegerField()}),
    )
    @action(detail=True, methods=["post"], url_path="sessions/cancel")
    def cancel_sessions(self, request, pk=None):
        """All of them that you may open are cancelled, for one reason."""
        cancelled = operations.cancel_site_sessions(self.get_object(), by=request.user, **self._sent(BecauseSerializer))
        return Response({"cancelled": cancelled})
