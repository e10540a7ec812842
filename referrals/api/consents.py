"""Consents of a case in the API."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from referrals import operations
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.models import Consent


class OneConsentSerializer(serializers.ModelSerializer):
    """One consent, in force while `withdrawn_at` is empty. One that ended without `withdrawn_by` was signed again."""

    recorded_by = serializers.CharField(source="recorded_by.full_name", default=None)
    withdrawal_recorded_by = serializers.CharField(source="withdrawal_recorded_by.full_name", default=None)

    class Meta:
        model = Consent
        fields = [
            "id", "kind", "given_by", "relationship", "given_on", "form_version", "recorded_by", "withdrawn_at",
            "withdrawn_by", "withdrawal_recorded_by",
        ]  # fmt: skip
        read_only_fields = fields


class GiveConsentsSerializer(serializers.Serializer):
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Consent.Kind.choices))
    given_by = serializers.CharField(max_length=120)
    relationship = serializers.CharField(max_length=40, help_text="“self”, or what they are to the person")
    given_on = serializers.DateField()


class WithdrawConsentSerializer(serializers.Serializer):
    withdrawn_by = serializers.CharField(max_length=120)
    on = serializers.DateField(required=False, help_text="Today, if left out")


class WithdrawnSerializer(serializers.Serializer):
    consent = OneConsentSerializer()
    stopped = serializers.ListField(child=serializers.CharField(), help_text="What depended on it, in sentences")


class ConsentViewSet(OfCase):
    """Every consent that was ever given in a case."""

    permissions = {"list": "referrals.note", "create": "referrals.note", "withdraw": "referrals.withdraw_consent"}
    queryset = Consent.objects.none()
    pagination_class = None
    serializer_class = OneConsentSerializer
    serializers = {"create": GiveConsentsSerializer, "withdraw": WithdrawConsentSerializer}

    def shown(self):
        rows = Consent.objects.filter(case=self.case).select_related("recorded_by", "withdrawal_recorded_by")
        return rows.order_by("-given_on", "-pk")

    @extend_schema(responses=OneConsentSerializer(many=True))
    def list(self, request, pk=None):
        """The consents, the newest first."""
        self.opened()
        return Response(OneConsentSerializer(self.shown(), many=True).data)

    @extend_schema(parameters=[KEY], request=GiveConsentsSerializer, responses={201: OneConsentSerializer(many=True)})
    def create(self, request, pk=None):
        """These consents were signed; one of the same kind that was in force ends. The answer holds those in force."""
        case = self.opened()
        made_once(request, lambda: operations.give_consents(case, by=request.user, **self.said())[0])
        in_force = self.shown().filter(withdrawn_at__isnull=True)
        return Response(OneConsentSerializer(in_force, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WithdrawConsentSerializer, responses=WithdrawnSerializer)
    def withdraw(self, request, pk=None, consent_pk=None):
        """It is withdrawn, and what depends on it stops; 409 if it was before."""
        self.opened()
        consent = get_object_or_404(Consent.objects.select_related("case"), case=self.case, pk=consent_pk)
        stopped = operations.withdraw_consent(consent, by=request.user, **self.said())
        return Response(WithdrawnSerializer({"consent": self.shown().get(pk=consent.pk), "stopped": stopped}).data)


CASE = "referrals/<uuid:pk>/consents/"
urlpatterns = [
    path(CASE, ConsentViewSet.as_view({"get": "list", "post": "create"}), name="api-consents"),
    path(
        f"{CASE}<int:consent_pk>/withdraw/", ConsentViewSet.as_view({"post": "withdraw"}), name="api-consent-withdraw"
    ),
]
