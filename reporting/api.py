"""The API of the figures: the same frozen object that the page, the PDF and the CSV show."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.trail import record
from reporting import lifecycle, operations, reports
from reporting.periods import Period

EARLIEST, LATEST = 2000, 2100


class PeriodSerializer(serializers.Serializer):
    start = serializers.DateField(help_text="First day")
    end = serializers.DateField(help_text="Last day, counted in")

    def validate(self, attrs):
        for name, day in attrs.items():
            if not EARLIEST <= day.year <= LATEST:
                raise serializers.ValidationError({name: f"Enter a year from {EARLIEST} to {LATEST}."})
        if attrs["end"] < attrs["start"]:
            raise serializers.ValidationError({"end": "Enter a last day that is not before the first."})
        return attrs


class FiguresView(APIView):
    """Every figure of the force for a period, with its definition."""

    permission = "reporting.read"

    @extend_schema(parameters=[PeriodSerializer], responses={200: {"type": "object", "additionalProperties": True}})
    def get(self, request):
        sent = PeriodSerializer(data=request.query_params)
        sent.is_valid(raise_exception=True)
        period = Period(sent.validated_data["start"], sent.validated_data["end"])
        operations.refuse_too_long(period)
        record(lifecycle.FIGURES_READ, by=request.user, start=period.start_on, end=period.end_on)
        return Response(reports.read(request.user.organisation, period, timezone.now()).to_plain())


urlpatterns = [path("figures/", FiguresView.as_view(), name="api-figures")]
