"""What the API says of a case beside its facts: the rules and how they stand, and what has happened."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.models import Event
from audit.trail import record, sentence
from referrals import facts, lifecycle, rules
from referrals.api.fields import ByTime, CodeField
from referrals.models import Disposal, Offence, Referral

FLAGS = ("domestic_abuse", "hate", "sexual", "weapon", "serious_violence")


class FindingSerializer(serializers.Serializer):
    """One rule applied: requirement, this person's facts, whether it is met, and what to do if not."""

    rule = serializers.CharField()
    requirement = serializers.CharField()
    fact = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[(outcome.value, outcome.value) for outcome in rules.Outcome])
    do = serializers.CharField()
    field = serializers.CharField(allow_null=True)


class CheckSerializer(serializers.Serializer):
    """What an officer can answer on the spot. It tells nobody's name and nothing of it is kept."""

    age = serializers.IntegerField(min_value=0, max_value=120, required=False)
    date_of_birth = serializers.DateField(required=False)
    offence = CodeField(Offence)
    disposal = CodeField(Disposal)
    responsibility = serializers.ChoiceField(choices=Referral.Responsibility.choices)  # type: ignore[attr-defined]
    flags = serializers.ListField(child=serializers.ChoiceField(choices=FLAGS), default=list)
    hours = serializers.IntegerField(min_value=1, max_value=300, required=False)

    def validate(self, attrs):
        if ("age" in attrs) == ("date_of_birth" in attrs):
            raise serializers.ValidationError({"age": "Give either the age or the date of birth."})
        if (born := attrs.get("date_of_birth")) and born > timezone.localdate():
            raise serializers.ValidationError({"date_of_birth": "Enter a date that is not in the future."})
        return attrs


class VerdictSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=[(verdict.value, verdict.value) for verdict in rules.Verdict])
    decided = FindingSerializer(many=True, help_text="The rules that the answers decide")
    later = serializers.ListField(child=serializers.CharField(), help_text="What the referral will be asked besides")


class EventSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    what = serializers.SerializerMethodField()
    by = serializers.CharField(source="actor_name")

    def get_what(self, event) -> str:
        return sentence(event)


class NewestEventsFirst(ByTime):
    ordering = ("-at", "-id")


class Reading(GenericViewSet):
    """Reads beside the case itself."""

    sent_with: dict[str, type[serializers.BaseSerializer]] = {
        "check_eligibility": CheckSerializer,
        "findings": FindingSerializer,
        "timeline": EventSerializer,
    }

    @extend_schema(request=CheckSerializer, responses=VerdictSerializer)
    @action(detail=False, methods=["post"], url_path="check", url_name="check")
    def check_eligibility(self, request):
        """Whether somebody can be referred, before there is a referral: `can`, `with_authority` (an inspector's) or
        `cannot`."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        born = given.get("date_of_birth")
        answers = facts.facts_of_answers(
            age=rules.age_on(born, timezone.localdate()) if born else given["age"],
            disposal=given["disposal"],
            responsibility=given["responsibility"],
            flags=given["flags"],
            hours=given.get("hours"),
        )
        decided, later = rules.check_first(answers)
        found = {"verdict": rules.verdict(decided), "decided": decided, "later": [f.requirement for f in later]}
        return Response(VerdictSerializer(found).data)

    @extend_schema(responses=FindingSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def findings(self, request, pk=None):
        """What the decision is made on: every rule beside this person's facts; of a draft, what it lacks first."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral, **self.why(referral))
        now = timezone.now()
        lacking = facts.lacking(referral) if referral.status == lifecycle.Status.DRAFT else []
        return Response(
            FindingSerializer([*lacking, *rules.eligibility(facts.facts_of(referral, now))], many=True).data
        )

    @extend_schema(responses=EventSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=NewestEventsFirst)
    def timeline(self, request, pk=None):
        """What has happened in the case, newest first, as its page shows it to this person."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral, **self.why(referral))
        events = self.paginate_queryset(Event.objects.timeline(referral))
        return self.get_paginated_response(EventSerializer(events, many=True).data)
