"""Restricted cases in the API: who may open one restricts it, lifts it and admits; a manager admits unopened."""

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Organisation, User
from referrals import operations
from referrals.api.fields import ByTime
from referrals.api.people import ReasonSerializer
from referrals.models import Referral
from referrals.opening import reason_in_header


class RestrictedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Referral
        fields = ["id", "reference", "status", "restricted"]


class PersonOnItField(serializers.SlugRelatedField):
    """Somebody of the force or of a provider that works for it, by the email address that they sign in with; who of
    them cannot be admitted is refused by the operation. Nobody else's name can be asked for here."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.select_related("organisation"), slug_field="email", **kwargs)

    def get_queryset(self):
        force = self.context["request"].user.organisation_id
        near = Organisation.objects.filter(Q(pk=force) | Q(serves=force)).values("pk")
        return super().get_queryset().filter(organisation__in=near)

    def to_internal_value(self, data):
        if "\x00" in str(data):
            self.fail("invalid")
        return super().to_internal_value(str(data).lower())


class PersonSerializer(serializers.Serializer):
    person = PersonOnItField()


class NewestFirst(ByTime):
    ordering = ("-created_at", "-id")


class RestrictedViewSet(mixins.ListModelMixin, GenericViewSet):
    """The restricted cases of the force, by reference, for managers; and what is done about them."""

    permissions = {
        "list": "referrals.admit",
        "restrict": "referrals.restrict",
        "lift": "referrals.restrict",
        "dismiss": "referrals.restrict",
        "admit": "referrals.admit",
        "admit_colleague": "referrals.restrict",
    }
    queryset = Referral.objects.none()
    serializer_class = RestrictedSerializer
    pagination_class = NewestFirst

    def get_queryset(self):
        user, permission = self.request.user, self.permissions[self.action]
        if permission == "referrals.admit":
            return Referral.objects.of_force(user.organisation_id).filter(restricted=True)
        return Referral.objects.visible_to(user, permission)

    @extend_schema(request=ReasonSerializer, responses=RestrictedSerializer)
    @action(detail=True, methods=["post"])
    def restrict(self, request, pk=None):
        """The case opens only to those named on it. 409 where it is restricted already."""
        return self._do(operations.restrict, ReasonSerializer)

    @extend_schema(request=ReasonSerializer, responses=RestrictedSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request, pk=None):
        """The case opens again to everybody whose work it is."""
        return self._do(operations.lift, ReasonSerializer)

    @extend_schema(request=PersonSerializer, responses=RestrictedSerializer)
    @action(detail=True, methods=["post"])
    def admit(self, request, pk=None):
        """A manager names somebody on the case without opening it."""
        return self._do(operations.admit, PersonSerializer, opens=False)

    @extend_schema(request=PersonSerializer, responses=RestrictedSerializer)
    @action(detail=True, methods=["post"], url_path="admit-colleague", url_name="admit-colleague")
    def admit_colleague(self, request, pk=None):
        """The same, by a triager who may open the case."""
        return self._do(operations.admit, PersonSerializer)

    @extend_schema(request=PersonSerializer, responses=RestrictedSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request, pk=None):
        """Somebody who was admitted no longer is."""
        return self._do(operations.dismiss, PersonSerializer)

    def _do(self, operation, serializer, *, opens=True):
        case = self.get_object()
        if opens:
            reason_in_header(self.request, case)
        sent = serializer(data=self.request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        operation(case, by=self.request.user, **sent.validated_data)
        case.refresh_from_db(fields=["restricted", "status"])
        return Response(RestrictedSerializer(case).data, status=status.HTTP_200_OK)
