"""The list of cases in the API: filtered and ordered as on its page, assigned from, and the filters people saved."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.roles import Role
from referrals import listing, operations
from referrals.api.fields import ByTime, CodeField
from referrals.api.sending import KEY, made_once
from referrals.api.steps import ColleagueField, step
from referrals.lifecycle import Status
from referrals.models import Disposal, District, Offence, Referral, SavedFilter

ORDERS = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "due": ("decision_due_at", "id"),
}


class AskedSerializer(serializers.Serializer):
    """What narrows and orders the list."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    district = CodeField(District, required=False)
    offence = CodeField(Offence, required=False)
    disposal = CodeField(Disposal, required=False)
    age = serializers.ChoiceField(choices=list(listing.AGES), required=False, help_text="When referred")
    clock = serializers.ChoiceField(
        choices=list(listing.CLOCKS), required=False, help_text="Of cases that wait for a decision"
    )
    assigned = serializers.CharField(required=False, help_text="me, nobody, or the email address of a triager")
    order = serializers.ChoiceField(
        choices=list(ORDERS), default="newest", help_text="due: cases that wait for a decision, the most urgent first"
    )

    def validate_assigned(self, value):
        if value in (listing.ME, listing.NOBODY):
            return value
        team = User.objects.with_role(Role.TRIAGER).filter(organisation=self.context["request"].user.organisation_id)
        triager = team.filter(email=value.replace("\x00", "").strip().lower()).first()
        if triager is None:
            raise serializers.ValidationError("Enter me, nobody, or the email address of somebody on the triage team.")
        return triager.pk


class InOrder(ByTime):
    """Pages in the order that is asked for."""

    def get_ordering(self, request, queryset, view):
        return ORDERS[view.asked()["order"]]


class AssignSerializer(serializers.Serializer):
    to = ColleagueField(allow_null=True, help_text="A triager, by email address; null: nobody in particular")


class AssignManySerializer(AssignSerializer):
    cases = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=operations.ASSIGNED_AT_MOST)


class RefusedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    why = serializers.CharField()


class AssignedSerializer(serializers.Serializer):
    assigned = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedSerializer(many=True, help_text="Each as it was before, and why")


PARAMETERS: list = [
    AskedSerializer,
    OpenApiParameter("cursor", str, description="A page: take it from next or previous"),
]


class Queue(GenericViewSet):
    """What the list of cases may be asked, and assigning from it."""

    sent_with: dict[str, type[serializers.BaseSerializer]] = {
        "assign": AssignSerializer,
        "assign_many": AssignManySerializer,
    }

    def asked(self) -> dict:
        """What narrows and orders the list, checked; 400 for what cannot be read."""
        serializer = AskedSerializer(data=self.request.query_params, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def narrowed(self) -> bool:
        """Whether something is asked of the cases; restricted ones that are not this person's do not answer then."""
        return bool(set(self.asked()) - {"status", "order"})

    def filter_queryset(self, queryset):
        if self.action != "list":
            return queryset
        asked = self.asked()
        if "status" in asked:
            queryset = queryset.filter(status=asked["status"])
        if asked["order"] == "due":
            queryset = queryset.filter(decision_due_at__isnull=False)
        return listing.narrow(queryset, asked, user=self.request.user, now=timezone.now())

    @step(AssignSerializer)
    def assign(self, request, pk=None):
        """A triager has the case on their list, or nobody in particular; 422 for whoever made the referral."""
        return self.do(operations.assign)

    @extend_schema(request=AssignManySerializer, responses=AssignedSerializer)
    @action(detail=False, methods=["post"], url_path="assign-many", url_name="assign-many", pagination_class=None)
    def assign_many(self, request):
        """Those that can be are assigned; the others are as they were, each with its reason."""
        asked = self.checked()
        wanted = dict.fromkeys(asked["cases"])
        found = list(Referral.objects.visible_to(request.user, "referrals.triage").filter(pk__in=wanted))
        outcome = operations.assign_many(found, by=request.user, to=asked["to"])
        refused = [{"id": referral.pk, "why": why} for referral, why in outcome.refused]
        known = {referral.pk for referral in found}
        refused += [{"id": pk, "why": "There is no such case."} for pk in wanted if pk not in known]
        answer = {"assigned": [referral.pk for referral in outcome.done], "refused": refused}
        return Response(AssignedSerializer(answer).data)


class SavedFilterSerializer(serializers.ModelSerializer):
    query = serializers.DictField(
        child=serializers.CharField(max_length=40), help_text="tab, filters and sort as in the address of the list"
    )

    class Meta:
        model = SavedFilter
        fields = ["id", "name", "query", "saved_at"]
        read_only_fields = ["saved_at"]


class NameSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=60)


class SavedFilterViewSet(mixins.ListModelMixin, GenericViewSet):
    """The filters of the list of cases that whoever signed in has saved: at most 20."""

    permissions = {
        "list": "referrals.read",
        "create": "referrals.read",
        "partial_update": "referrals.read",
        "destroy": "referrals.read",
    }
    pagination_class = None
    serializer_class = SavedFilterSerializer

    def get_queryset(self):
        return SavedFilter.objects.filter(owner=self.request.user.pk).order_by("name")

    @extend_schema(responses={201: SavedFilterSerializer}, parameters=[KEY])
    def create(self, request):
        def make():
            serializer = self.get_serializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            return operations.save_filter(by=request.user, **serializer.validated_data)

        saved = get_object_or_404(self.get_queryset(), pk=made_once(request, make))  # it may be deleted since
        return Response(self.get_serializer(saved).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NameSerializer, responses=SavedFilterSerializer)
    def partial_update(self, request, pk=None):
        """Another name."""
        saved = self.get_object()
        serializer = NameSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.rename_filter(saved, by=request.user, **serializer.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    def destroy(self, request, pk=None):
        operations.forget_filter(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
