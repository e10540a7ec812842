"""The steps that the API takes on a case, each the operation that its page calls."""

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.viewsets import GenericViewSet

from accounts.models import Organisation, User
from referrals import operations
from referrals.api.fields import CodeField
from referrals.api.sending import ETAG, IF_MATCH, KEY, version_sent
from referrals.api.shown import ReferralSerializer
from referrals.models import (
    DeclineReason,
    FurtherOffenceCheck,
    ReturnReason,
    SuspendReason,
    WithdrawReason,
)


class ColleagueField(serializers.SlugRelatedField):
    """A colleague, by the email address they sign in with."""

    def __init__(self, **kwargs):
        super().__init__(slug_field="email", queryset=User.objects, **kwargs)

    def get_queryset(self):
        return User.objects.filter(organisation=self.context["request"].user.organisation_id, is_active=True)

    def to_internal_value(self, data):
        return super().to_internal_value(str(data).replace("\x00", "").strip().lower())


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


class SuspendSerializer(serializers.Serializer):
    reason = CodeField(SuspendReason)


class ReturnSerializer(serializers.Serializer):
    reason = CodeField(ReturnReason)
    statement = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, default="", help_text="What the officer is told."
    )


class TakeOnSerializer(serializers.Serializer):
    caseworker = ColleagueField(required=False, help_text="A coordinator of the provider; left out, whoever asks.")


class FirstContactSerializer(serializers.Serializer):
    at = serializers.DateTimeField()


class FurtherOffenceSerializer(serializers.Serializer):
    months = serializers.ChoiceField(choices=[3, 6, 12])
    done_on = serializers.DateField()
    result = serializers.ChoiceField(choices=FurtherOffenceCheck.Result.choices)


def step(sent=None, **kwargs):
    """An action that takes one step on the case in the address with the fields of the serializer `sent`, and answers
    with the case as it then is."""

    def decorate(method):
        described = extend_schema(request=sent, responses=ReferralSerializer, parameters=[KEY, IF_MATCH, ETAG])
        return described(action(detail=True, methods=["post"], **kwargs)(method))

    return decorate


class Steps(GenericViewSet):
    """A step that is refused answers 409 (somebody was there first) or 422 (a rule), and changes nothing."""

    sent_with: dict[str, type[serializers.BaseSerializer]] = {
        "ask": QuestionSerializer,
        "answer": AnswerSerializer,
        "accept": AcceptSerializer,
        "decline": DeclineSerializer,
        "withdraw": WithdrawSerializer,
        "suspend": SuspendSerializer,
        "return_to_officer": ReturnSerializer,
        "take_on": TakeOnSerializer,
        "first_contact": FirstContactSerializer,
        "check_further_offence": FurtherOffenceSerializer,
    }

    @step()
    def submit(self, request, pk=None):
        """The draft goes to the triage team; 422 with the rules that it does not meet."""
        return self.do(operations.submit)

    @step(QuestionSerializer)
    def ask(self, request, pk=None):
        """A question to the officer; the clock stops."""
        return self.do(operations.ask)

    @step()
    def remind(self, request, pk=None):
        """The officer is reminded of the question that waits; 422 a second time on one working day."""
        return self.do(operations.remind)

    @step(AnswerSerializer)
    def answer(self, request, pk=None):
        """The officer's answer; the clock runs again."""
        return self.do(operations.answer)

    @step(AcceptSerializer)
    def accept(self, request, pk=None):
        """Accepted, with a plan."""
        return self.do(operations.accept)

    @step(DeclineSerializer)
    def decline(self, request, pk=None):
        """Declined, with a reason."""
        return self.do(operations.decline)

    @step(WithdrawSerializer)
    def withdraw(self, request, pk=None):
        """Withdrawn, with a reason."""
        return self.do(operations.withdraw)

    @step(SuspendSerializer)
    def suspend(self, request, pk=None):
        """Suspended, with a reason: nothing new starts in the case."""
        return self.do(operations.suspend)

    @step()
    def resume(self, request, pk=None):
        """Active again."""
        return self.do(operations.resume)

    @step()
    def complete(self, request, pk=None):
        """Closed as completed; 422 while the plan's workshop or hours are not done."""
        return self.do(operations.complete)

    @step(ReturnSerializer, url_path="return", url_name="return")
    def return_to_officer(self, request, pk=None):
        """Closed as not completed, with a reason and a statement: the officer decides what follows."""
        return self.do(operations.return_to_officer)

    @step(TakeOnSerializer, url_path="take-on", url_name="take-on")
    def take_on(self, request, pk=None):
        """A coordinator is the caseworker: whoever asks, or the colleague named."""
        return self.do(operations.take_on)

    @step(FirstContactSerializer, url_path="first-contact", url_name="first-contact")
    def first_contact(self, request, pk=None):
        """When the participant was first spoken to."""
        return self.do(operations.record_first_contact)

    @step(FurtherOffenceSerializer, url_path="check-further-offence", url_name="check-further-offence")
    def check_further_offence(self, request, pk=None):
        """What police records show 3, 6 or 12 months after completing."""
        return self.do(operations.check_further_offence)

    def do(self, operation):
        """Take one step on the case in the address, with the fields of the action's serializer, if the case is as it
        was read (If-Match)."""
        referral = self.opened()

        @transaction.atomic
        def make():
            fields = self.checked()
            if (version := version_sent(self.request)) is not None:
                operations.unchanged_since(referral, version)
            operation(referral, by=self.request.user, **fields)
            return referral

        return self.answer_with_case(make)

    def checked(self) -> dict:
        """What was sent, checked by the action's serializer."""
        if self.action not in self.serializers:  # type: ignore[attr-defined]
            return {}
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
