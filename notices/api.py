"""The API of one's own choice: when one is told by email what happens in one's cases."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Notices
from accounts.roles import SIGNED_IN
from notices import operations


class ChoiceSerializer(serializers.Serializer):
    choice = serializers.ChoiceField(choices=Notices.choices)


class ChoiceView(APIView):
    """When the person who signed in is told by email what happens in their cases."""

    permission = SIGNED_IN

    @extend_schema(responses=ChoiceSerializer)
    def get(self, request):
        return Response({"choice": request.user.notices})

    @extend_schema(request=ChoiceSerializer, responses=ChoiceSerializer)
    def put(self, request):
        """From now on as chosen; what waits already follows the new choice."""
        serializer = ChoiceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.choose(by=request.user, **serializer.validated_data)
        return Response(serializer.validated_data)


urlpatterns = [path("people/me/notices/", ChoiceView.as_view(), name="api-notices")]
