"""Feedback in the API: record it from paper, make a link that is answered once, and read how a session was found."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals.api.sending import KEY
from workshops import facts, lifecycle, operations, rules
from workshops.api.asking import SecretAddressSerializer, told_once
from workshops.api.opening import opened, with_cases
from workshops.models import Booking, FeedbackResponse, Session


class AnswersSerializer(serializers.Serializer):
    """For each statement true (agree), false (disagree) or null (rather not say); none may be left out."""

    def get_fields(self):
        return {
            name: serializers.BooleanField(allow_null=True, help_text=text) for name, text in rules.STATEMENTS.items()
        }


class FeedbackSerializer(serializers.Serializer):
    """What somebody wrote on paper."""

    answers = AnswersSerializer()
    comment = serializers.CharField(
        required=False, allow_blank=True, max_length=FeedbackResponse._meta.get_field("comment").max_length
    )
    may_be_quoted = serializers.BooleanField(required=False, default=False)
    wording = serializers.CharField(required=False, help_text="Version of the statements; without it, the current one")


class StatementSerializer(serializers.Serializer):
    text = serializers.CharField()
    agree = serializers.IntegerField()
    disagree = serializers.IntegerField()
    not_said = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True, help_text="Agree, of those who answered")


class SaidSerializer(serializers.Serializer):
    text = serializers.CharField()
    may_be_quoted = serializers.BooleanField()


class FeedbackSummarySerializer(serializers.Serializer):
    """`responses` counts all; the statements and comments are of those `shown`, which come three at a time."""

    responses = serializers.IntegerField()
    shown = serializers.IntegerField()
    statements = StatementSerializer(many=True)
    comments = SaidSerializer(many=True)


class FeedbackViewSet(GenericViewSet):
    """What people thought of a workshop. A second response of one booking answers 409 and changes nothing."""

    permissions = {"write": "workshops.record", "link": "workshops.record", "summary": "workshops.read"}
    queryset = Booking.objects.none()
    serializer_class = FeedbackSerializer
    pagination_class = None

    def get_queryset(self):
        return with_cases(Booking.objects.visible_to(self.request.user), self.request.user)

    @extend_schema(request=FeedbackSerializer, responses={204: None})
    def write(self, request, pk=None):
        """Feedback that was given on paper is kept; nothing of it is shown until others have answered too."""
        booking = opened(self)
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        operations.record_feedback(booking, by=request.user, **sent.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={201: SecretAddressSerializer}, parameters=[KEY])
    def link(self, request, pk=None):
        """A link for the participant's own phone; a link that they had is dead."""
        booking = opened(self)
        return told_once(
            request, "workshops:say", lambda secret: operations.make_link(booking, by=request.user, secret=secret)
        )

    @extend_schema(responses=FeedbackSummarySerializer)
    def summary(self, request, pk=None):
        """How a session was found, without saying by whom."""
        session = get_object_or_404(Session.objects.visible_to(request.user), pk=pk)
        record(lifecycle.READ, by=request.user, session=session.pk)
        return Response(FeedbackSummarySerializer(facts.feedback_summary(session)).data)
