"""The hours of a case over the API: its account, every line of the ledger, and changes of the order."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from placements import operations
from placements.models import AdjustmentReason, HoursAccount, HoursLine
from placements.operations.lines import account_of
from referrals.api.fields import CodeField
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once


class HoursAccountSerializer(serializers.ModelSerializer):
    """In minutes."""

    minutes_left = serializers.IntegerField()

    class Meta:
        model = HoursAccount
        fields = ["minutes_required", "minutes_credited", "minutes_by_courses", "minutes_left"]


class HoursLineSerializer(serializers.ModelSerializer):
    """One line: it moves minutes to an account; a reversal moves them back."""

    by = serializers.CharField(source="by.full_name")
    site = serializers.CharField(source="site.name", allow_null=True, default=None)

    class Meta:
        model = HoursLine
        fields = [
            "id", "kind", "account", "against", "minutes", "on", "work_session", "course_session", "site", "reverses",
            "adjustment_reason", "decided_by", "reason", "by", "at",
        ]  # fmt: skip


class HoursSerializer(serializers.Serializer):
    """`account` is null, and there are no lines, until the hours begin."""

    account = HoursAccountSerializer(allow_null=True)
    lines = HoursLineSerializer(many=True)


class ChangedSerializer(serializers.Serializer):
    """The line that was written, and the account as it stands."""

    account = HoursAccountSerializer()
    line = HoursLineSerializer()


class SetHoursSerializer(serializers.Serializer):
    minutes_required = serializers.IntegerField(min_value=0, help_text="The whole order from now on")
    decided_by = serializers.CharField(max_length=120, help_text="Who of the police decided")
    reason = serializers.CharField(max_length=250)
    seen = serializers.IntegerField(
        required=False, help_text="`minutes_required` as read; if somebody changed the order since, the answer is 409"
    )


class AdjustHoursSerializer(serializers.Serializer):
    minutes = serializers.IntegerField(help_text="Added to the order; negative: taken off")
    code = CodeField(AdjustmentReason)
    reason = serializers.CharField(max_length=250)


class HoursOfCase(OfCase):
    """The hours of a case."""

    permissions = {
        "retrieve": "placements.read",
        "set_hours": "placements.set_hours",
        "adjust": "placements.log",
    }
    queryset = HoursLine.objects.none()
    pagination_class = None
    serializer_class = HoursSerializer
    serializers = {"set_hours": SetHoursSerializer, "adjust": AdjustHoursSerializer}

    def retrieve(self, request, pk=None):
        """What is set, credited and left, and every line, the first first."""
        case = self.opened()
        lines = case.hours_lines.select_related("by", "site").order_by("at", "id")
        return Response(HoursSerializer({"account": account_of(case), "lines": lines}).data)

    @extend_schema(parameters=[KEY], responses={201: ChangedSerializer})
    def set_hours(self, request, pk=None):
        """The police change the order. What is credited stays: 422 quotes both numbers where it would be less."""
        case = self.opened()
        return self._changed(case, lambda: operations.change_order(case, by=request.user, **self.said()))

    @extend_schema(parameters=[KEY], responses={201: ChangedSerializer})
    def adjust(self, request, pk=None):
        """Adjust the order by some minutes, for a coded reason."""
        case = self.opened()
        return self._changed(case, lambda: operations.adjust_hours(case, by=request.user, **self.said()))

    def _changed(self, case, make):
        line = HoursLine.objects.select_related("by", "site").get(pk=made_once(self.request, make), case=case)
        changed = ChangedSerializer({"account": account_of(case), "line": line})
        return Response(changed.data, status=status.HTTP_201_CREATED)


urlpatterns = [
    path("placements/cases/<uuid:pk>/hours/", HoursOfCase.as_view({"get": "retrieve"}), name="api-hours"),
    path("placements/cases/<uuid:pk>/hours/set/", HoursOfCase.as_view({"post": "set_hours"}), name="api-hours-set"),
    path("placements/cases/<uuid:pk>/hours/adjust/", HoursOfCase.as_view({"post": "adjust"}), name="api-hours-adjust"),
]
