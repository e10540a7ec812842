"""What is sent to the API to schedule, change, move and cancel sessions."""

from django.utils import timezone
from rest_framework import serializers

from accounts.models import User
from referrals.api.fields import CodeField
from referrals.models import District
from workshops import rules, series
from workshops.models import Programme, Session, SessionCancelReason


class ColleagueField(serializers.SlugRelatedField):
    """A facilitator of one's own force, by the email address they sign in with."""

    def __init__(self, **kwargs):
        super().__init__(slug_field="email", queryset=User.objects, **kwargs)

    def get_queryset(self):
        return User.objects.filter(organisation=self.context["request"].user.organisation_id, is_active=True)

    def to_internal_value(self, data):
        return super().to_internal_value(str(data).replace("\x00", "").strip().lower())


class WhatSerializer(serializers.Serializer):
    programme = CodeField(Programme)
    audience = serializers.ChoiceField(choices=Session.Audience.choices)
    capacity = serializers.IntegerField()
    facilitator = ColleagueField()
    co_facilitators = ColleagueField(many=True, required=False)
    interpreter = serializers.CharField(max_length=60, required=False, allow_blank=True)


class PlaceNotesSerializer(serializers.Serializer):
    access_notes = serializers.CharField(max_length=500, required=False, allow_blank=True)
    step_free = serializers.BooleanField(required=False)


class WhereSerializer(PlaceNotesSerializer):
    place = serializers.CharField(max_length=250, required=False, allow_blank=True)
    joining_link = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="https:// only")
    district = CodeField(District, required=False, allow_null=True)


class WhenSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class ScheduleSerializer(WhatSerializer, WhereSerializer, WhenSerializer):
    """One session."""


class EditSerializer(WhatSerializer, PlaceNotesSerializer):
    """What a session says; what is left out stays."""


class MoveSerializer(WhereSerializer, WhenSerializer):
    """Another time or place; what is left out stays."""


class SeriesSerializer(WhatSerializer, WhereSerializer):
    """Sessions on days of the week (0 is Monday), from a day until another or for a number of sessions. Bank
    holidays of England are left out."""

    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), allow_empty=False)
    first = serializers.DateField()
    last = serializers.DateField(required=False)
    number = serializers.IntegerField(min_value=1, max_value=series.MOST, required=False)
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    school_holidays_out = serializers.BooleanField(default=True)
    leave_out = serializers.ListField(child=serializers.DateField(), required=False, help_text="Dates not wanted")

    PATTERN = ("weekdays", "first", "last", "number", "starts", "ends", "school_holidays_out", "leave_out")

    def validate(self, attrs):
        if ("last" in attrs) == ("number" in attrs):
            raise serializers.ValidationError({"last": "Give either the last date or the number of sessions."})
        if attrs["first"] < timezone.localdate():
            raise serializers.ValidationError({"first": "Enter a date that is not in the past."})
        if too_far := rules.too_far_ahead(attrs["first"], timezone.localdate()):
            raise serializers.ValidationError({"first": too_far})
        if attrs["ends"] <= attrs["starts"]:
            raise serializers.ValidationError({"ends": f"Enter a time after the start, {attrs['starts']:%H:%M}."})
        return attrs


class DateSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    clashes = serializers.ListField(child=serializers.CharField())


class LeftOutSerializer(serializers.Serializer):
    day = serializers.DateField()
    why = serializers.CharField()


class DatesSerializer(serializers.Serializer):
    """Every date that comes of a series, and every one that is left out. Nothing is made."""

    dates = DateSerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    school_holidays_known_until = serializers.DateField(allow_null=True)


class CancelSerializer(serializers.Serializer):
    reason = CodeField(SessionCancelReason)
    to = serializers.PrimaryKeyRelatedField(queryset=Session.objects.none(), required=False, allow_null=True)
    later = serializers.BooleanField(default=False, help_text="And all later sessions of its series")

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request and request.user.is_authenticated:
            fields["to"].queryset = Session.objects.filter(force=request.user.organisation_id)
        return fields
