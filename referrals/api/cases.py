"""Cases in the API: list, read, draft, submit and decide, over the same operations as the pages."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Organisation
from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.drafts import DraftSerializer
from referrals.api.fields import CodeField, NewestFirst
from referrals.api.shown import ReferralListSerializer, ReferralSerializer
from referrals.models import (
    DeclineReason,
    Referral,
    WithdrawReason,
)


class AcceptSerializer(serializers.Serializer):
    provider = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.filter(kind=Organisation.Kind.PROVIDER))
    hours = serializers.IntegerField(min_value=1, max_value=300)
    workshop_needed = serializers.BooleanField(default=True)
    rj_to_explore = serializers.BooleanField(default=False)
    rationale = serializers.CharField(max_length=2000)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DeclineSerializer(serializers.Serializer):
    reason = CodeField(DeclineReason)
    rationale = serializers.CharField(max_length=2000)
    redirected_to = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class QuestionSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=2000)


class AnswerSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=4000)


class WithdrawSerializer(serializers.Serializer):
    reason = CodeField(WithdrawReason)


class ReferralViewSet(mixins.ListModelMixin, mixins.CreateModelMixin, GenericViewSet):
    """Cases. A step that is refused answers 409 (somebody was there first) or 422 (a rule), and changes nothing."""

    permissions = {
        "list": "referrals.read",
        "retrieve": "referrals.read",
        "create": "referrals.refer",
        "submit": "referrals.refer",
        "answer": "referrals.refer",
        "ask": "referrals.triage",
        "accept": "referrals.triage",
        "decline": "referrals.triage",
        "withdraw": "referrals.withdraw",
    }
    pagination_class = NewestFirst
    serializers = {
        "list": ReferralListSerializer,
        "create": DraftSerializer,
        "ask": QuestionSerializer,
        "answer": AnswerSerializer,
        "accept": AcceptSerializer,
        "decline": DeclineSerializer,
        "withdraw": WithdrawSerializer,
    }

    def get_queryset(self):
        permission = self.permissions.get(self.action, "referrals.read")
        user = self.request.user
        return Referral.objects.visible_to(user, permission).with_people().with_permissions_of(user)

    def get_serializer_class(self):
        return self.serializers.get(self.action, ReferralSerializer)

    def list(self, request, *args, **kwargs):
        response = super().list(request, *args, **kwargs)
        record(lifecycle.LISTED, by=request.user, ids=[row["id"] for row in response.data["results"]])
        return response

    def retrieve(self, request, pk=None):
        """One case; that it was read goes to the trail."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral)
        return Response(ReferralSerializer(referral, context=self.get_serializer_context()).data)

    @extend_schema(responses={201: ReferralSerializer})
    def create(self, request):
        """A draft of the officer who signed in, with everything that is sent."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = serializer.save()
        return self._case(self.get_queryset().get(pk=made.pk), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk=None):
        """The draft goes to the triage team; 422 with the rules that it does not meet."""
        return self._do(operations.submit)

    @extend_schema(request=QuestionSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def ask(self, request, pk=None):
        """A question to the officer; the clock stops."""
        return self._do(operations.ask)

    @extend_schema(request=AnswerSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request, pk=None):
        """The officer's answer; the clock runs again."""
        return self._do(operations.answer)

    @extend_schema(request=AcceptSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """Accepted, with a plan."""
        return self._do(operations.accept)

    @extend_schema(request=DeclineSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request, pk=None):
        """Declined, with a reason."""
        return self._do(operations.decline)

    @extend_schema(request=WithdrawSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """Withdrawn, with a reason."""
        return self._do(operations.withdraw)

    def _do(self, operation):
        """Take one step on the case in the address, with the fields of the action's serializer."""
        referral = self.get_object()
        fields = {}
        if self.action in self.serializers:
            serializer = self.get_serializer(data=self.request.data)
            serializer.is_valid(raise_exception=True)
            fields = serializer.validated_data
        operation(referral, by=self.request.user, **fields)
        return self._case(self.get_object())

    def _case(self, referral, code=status.HTTP_200_OK):
        return Response(ReferralSerializer(referral, context=self.get_serializer_context()).data, status=code)
