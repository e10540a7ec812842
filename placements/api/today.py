"""Work sessions as a phone records them: the list it keeps, who is there, and requests that may come twice."""

import base64
import struct
from dataclasses import dataclass
from uuid import UUID

from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from audit.trail import record
from placements import operations, today
from placements.models import WorkSession
from placements.operations.hours import Recorded
from referrals.api.sending import KEY, made_once
from referrals.lifecycle import LISTED
from referrals.opening import reason_in_header

# A key of a request has room for 40 characters of what it made: the session and four numbers below 65,536.
PACKED = struct.Struct(">16s4H")


@dataclass(frozen=True)
class Answer:
    """What recording a session made of it, as the key of the request keeps it, so that the same request is answered
    with the same numbers however often it comes and whatever was recorded since."""

    pk: str

    @classmethod
    def of(cls, recorded: Recorded):
        numbers = recorded.worth, recorded.credited, recorded.left, recorded.cancelled
        packed = PACKED.pack(recorded.work_session.pk.bytes, *numbers)
        return cls(base64.urlsafe_b64encode(packed).decode())

    def recorded(self) -> Recorded:
        session, *numbers = PACKED.unpack(base64.urlsafe_b64decode(self.pk))
        rows = WorkSession.objects.select_related("case__participant", "placement__site", "outcome", "recorded_by")
        return Recorded(rows.get(pk=UUID(bytes=session)), *numbers)


def recorded_once(request, make) -> Recorded:
    """What make() recorded; of a request that came before with the same key, what it recorded then."""
    return Answer(made_once(request, lambda: Answer.of(make()))).recorded()


class ArrivalSerializer(serializers.Serializer):
    """Somebody is there, now or at an earlier time of the day; or not, if that was a slip."""

    version = serializers.IntegerField(help_text="As read; if the session was changed or recorded since: 409")
    arrived = serializers.BooleanField(default=True)
    at = serializers.DateTimeField(required=False, help_text="Left out: now")


class ArrivedSerializer(serializers.Serializer):
    arrived_at = serializers.DateTimeField(allow_null=True)


class PhoneSessionSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField(help_text="First name and initial; “Restricted” of a restricted case")
    restricted = serializers.BooleanField()
    may_open = serializers.BooleanField()
    on = serializers.DateField()
    day = serializers.CharField()
    starts = serializers.CharField()
    ends = serializers.CharField()
    site = serializers.CharField()
    arrived = serializers.CharField(allow_blank=True, help_text="The time, where somebody was marked as arrived")
    recorded = serializers.BooleanField()


class PhoneOutcomeSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    hint = serializers.CharField(allow_blank=True)
    attended = serializers.BooleanField()
    enforceable = serializers.BooleanField()


class PhoneSerializer(serializers.Serializer):
    """What a phone keeps until the end of the next day, or until its owner signs out."""

    owner = serializers.CharField()
    csrf = serializers.CharField(help_text="For requests with the cookie of a session")
    key = serializers.CharField(help_text="With which the phone locks what is not sent yet")
    day = serializers.DateField()
    until = serializers.DateTimeField()
    sessions = PhoneSessionSerializer(many=True)
    outcomes = PhoneOutcomeSerializer(many=True)


class OnAPhone:
    """The actions of work sessions that a phone beside a community garden needs."""

    @extend_schema(responses=PhoneSerializer, parameters=[OpenApiParameter("everybody", bool)], filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, url_path="today")
    def today(self, request):
        """Today's sessions, and those of earlier days without an outcome: only what a phone may keep of them."""
        now = timezone.now()
        everybody = request.query_params.get("everybody") == "true"
        rows = list(today.sessions_for(request.user, now, everybody=everybody))
        record(LISTED, by=request.user, ids=sorted({str(row.case_id) for row in rows if not row.case.restricted}))
        kept = {
            "owner": str(request.user.pk),
            "csrf": get_token(request._request),
            "key": today.key_for(request.user),
            "day": timezone.localdate(now),
            "until": today.kept_until(now),
            "sessions": [today.on_the_phone(row, now) for row in rows],
            "outcomes": today.outcomes(),
        }
        return Response(PhoneSerializer(kept).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=ArrivalSerializer, responses=ArrivedSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"])
    def arrive(self, request, pk=None):
        """The person has arrived."""
        session = self.get_object()
        reason_in_header(request, session.case)

        def make():
            sent = ArrivalSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            given, by = sent.validated_data, request.user
            if not given["arrived"]:
                return operations.take_back_arrival(session, by=by, version=given["version"])
            return operations.mark_arrived(session, by=by, version=given["version"], at=given.get("at"))

        made_once(request, make)
        return Response(ArrivedSerializer(WorkSession.objects.get(pk=session.pk)).data)
