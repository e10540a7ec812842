"""Who shares a case, in the API."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.sending import KEY, made_once
from referrals.api.steps import ColleagueField


class OfficerSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "full_name", "collar_number", "team", "email"]


class NameColleagueSerializer(serializers.Serializer):
    colleague = ColleagueField(help_text="The email address that an officer of the force signs in with.")


class Colleagues(GenericViewSet):
    """Officers who see the case and may do in it what the officer who referred may."""

    @extend_schema(responses=OfficerSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def colleagues(self, request, pk=None):
        """The officers named on the case."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral, **self.why(referral))
        return Response(OfficerSerializer(referral.named_officers, many=True).data)

    @extend_schema(request=NameColleagueSerializer, responses={201: OfficerSerializer}, parameters=[KEY])
    @colleagues.mapping.post
    def name_colleague(self, request, pk=None):
        """An officer is named on the case, and sees it from now on."""
        referral = self.opened()

        def make():
            serializer = NameColleagueSerializer(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            operations.name_colleague(referral, by=request.user, **serializer.validated_data)
            return serializer.validated_data["colleague"]

        named = User.objects.get(pk=made_once(request, make))
        return Response(OfficerSerializer(named).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(
        detail=True, methods=["delete"], url_path=r"colleagues/(?P<colleague_pk>[0-9a-f-]{36})", url_name="colleague"
    )
    def remove_colleague(self, request, pk=None, colleague_pk=None):
        """The officer is no longer named on the case."""
        referral = self.opened()
        colleague = get_object_or_404(User.objects.filter(organisation=referral.force_id), pk=colleague_pk)
        operations.remove_colleague(referral, by=request.user, colleague=colleague)
        return Response(status=status.HTTP_204_NO_CONTENT)
