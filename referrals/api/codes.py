"""The code lists, in the API: what may be sent today."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from accounts.roles import SIGNED_IN
from referrals.models import (
    AttendanceOutcome,
    CommunityRemedyOption,
    Consent,
    DeclineReason,
    Disposal,
    District,
    Ethnicity,
    Offence,
    Person,
    Referral,
    ReturnReason,
    SuspendReason,
    Victim,
    WithdrawReason,
)

LISTS = {
    "offence": Offence,
    "disposal": Disposal,
    "district": District,
    "ethnicity": Ethnicity,
    "wish": CommunityRemedyOption,
    "decline_reason": DeclineReason,
    "withdraw_reason": WithdrawReason,
    "suspend_reason": SuspendReason,
    "return_reason": ReturnReason,
    "attendance_outcome": AttendanceOutcome,
}
FIXED = {
    "sex": Person.Sex,
    "disability": Person.Disability,
    "asb_qualifier": Referral.Qualifier,
    "responsibility": Referral.Responsibility,
    "victim_kind": Victim.Kind,
    "consent": Consent.OfReferral,
}


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    hint = serializers.CharField(default="")


class CodesSerializer(serializers.Serializer):
    """Each list by the name of the field that takes its codes."""

    def get_fields(self):
        return {name: CodeSerializer(many=True) for name in (*LISTS, *FIXED, "provider")}


class CodesView(APIView):
    """Every code that may be sent today, with its label; and the providers that work for one's force."""

    permission = SIGNED_IN

    @extend_schema(responses=CodesSerializer)
    def get(self, request):
        lists = {name: model.objects.valid_on(timezone.localdate()) for name, model in LISTS.items()}
        for name, choices in FIXED.items():
            lists[name] = [{"code": code, "label": label} for code, label in choices.choices]
        serving = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER, serves=request.user.organisation_id)
        lists["provider"] = [{"code": provider.pk, "label": provider.name} for provider in serving]
        return Response(CodesSerializer(lists).data)
