"""Rules that only a manager may set aside, in the API: asked for in a case, decided once."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.fields import ByTime
from referrals.api.sending import KEY, made_once
from referrals.models import OverrideRequest
from referrals.opening import reason_in_header


class OverrideSerializer(serializers.ModelSerializer):
    reference = serializers.CharField(source="case.reference")
    asked_by = serializers.CharField(source="asked_by.full_name")
    decided_by = serializers.CharField(source="decided_by.full_name", default=None)

    class Meta:
        model = OverrideRequest
        fields = [
            "id", "case", "reference", "kind", "reason", "asked_by", "asked_at", "agreed", "decision_reason",
            "decided_by", "decided_at",
        ]  # fmt: skip


class OverrideListSerializer(OverrideSerializer):
    """In a list nobody says why a restricted case is opened, so its words stay away: read the one request for them."""

    def to_representation(self, wanted):
        shown = super().to_representation(wanted)
        if wanted.case.restricted:
            shown["reason"] = shown["decision_reason"] = ""
        return shown


class AskOverrideSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=OverrideRequest.Kind.choices)
    reason = serializers.CharField(max_length=1000)


class DecideOverrideSerializer(serializers.Serializer):
    agreed = serializers.BooleanField()
    reason = serializers.CharField(max_length=1000)


class Overrides(GenericViewSet):
    """What is asked of a manager in one case."""

    @extend_schema(request=AskOverrideSerializer, responses={201: OverrideSerializer}, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path="ask-override", url_name="ask-override")
    def ask_override(self, request, pk=None):
        """A manager is asked to set a rule aside; 409 while the same is already asked."""
        referral = self.opened()

        def make():
            serializer = AskOverrideSerializer(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            return operations.ask_override(referral, by=request.user, **serializer.validated_data)

        wanted = OverrideRequest.objects.get(pk=made_once(request, make))
        return Response(OverrideSerializer(wanted).data, status=status.HTTP_201_CREATED)


class NewestAskedFirst(ByTime):
    ordering = ("-asked_at", "-id")


class OverrideViewSet(mixins.ListModelMixin, GenericViewSet):
    """What managers were asked: those of one's force for a manager, those of the cases that one sees for others."""

    permissions = {"list": "referrals.read", "retrieve": "referrals.read", "decide": "referrals.override"}
    pagination_class = NewestAskedFirst
    lookup_value_regex = r"\d{1,9}"

    def get_serializer_class(self):
        return OverrideListSerializer if self.action == "list" else OverrideSerializer

    def get_queryset(self):
        wanted = OverrideRequest.objects.visible_to(self.request.user)
        if self.request.query_params.get("open") == "true":
            wanted = wanted.filter(decided_at__isnull=True)
        return wanted.select_related("case", "asked_by", "decided_by")

    @extend_schema(parameters=[OpenApiParameter("open", bool, description="Only those that wait for a decision")])
    def list(self, request, *args, **kwargs):
        response = super().list(request, *args, **kwargs)
        record(lifecycle.LISTED, by=request.user, ids=[row["case"] for row in response.data["results"]])
        return response

    def retrieve(self, request, pk=None):
        """One request."""
        wanted = self.get_object()
        record(lifecycle.READ, by=request.user, case=wanted.case, **reason_in_header(request, wanted.case))
        return Response(self.get_serializer(wanted).data)

    @extend_schema(request=DecideOverrideSerializer, responses=OverrideSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"])
    def decide(self, request, pk=None):
        """Agreed or refused, once: 409 to the second."""
        wanted = self.get_object()
        reason_in_header(request, wanted.case)

        def make():
            serializer = DecideOverrideSerializer(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            operations.decide_override(wanted, by=request.user, **serializer.validated_data)
            return wanted

        made_once(request, make)
        return Response(self.get_serializer(self.get_object()).data)
