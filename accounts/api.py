"""Signing in and out of the API: an email address and password give a token that lasts twelve hours."""

import hashlib

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_logged_out
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle
from rest_framework.views import APIView

from accounts.roles import PUBLIC, SIGNED_IN


class SignInSerializer(serializers.Serializer):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)

    def validate(self, attrs):
        user = authenticate(self.context["request"], email=attrs["email"], password=attrs["password"])
        if user is None or not user.is_active:
            raise serializers.ValidationError("The email address or the password is not right.")
        return {"user": user}


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PerAccount(SimpleRateThrottle):
    """So many attempts for one email address, from wherever they come."""

    scope = "sign-in-account"

    def get_cache_key(self, request, view):
        email = str(request.data.get("email", "")).lower() if hasattr(request.data, "get") else ""
        return self.cache_format % {"scope": self.scope, "ident": hashlib.sha256(email.encode()).hexdigest()}


class SignInView(APIView):
    """Give an email address and a password, get a token to send as `Authorization: Token …`."""

    permission = PUBLIC
    authentication_classes = []
    throttle_classes = [ScopedRateThrottle, PerAccount]
    throttle_scope = "sign-in"

    @extend_schema(request=SignInSerializer, responses=TokenSerializer)
    def post(self, request):
        serializer = SignInSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        user = serializer.validated_data["user"]
        instance, token = AuthToken.objects.create(user)
        user_logged_in.send(sender=type(user), request=request, user=user)
        return Response({"token": token, "expires_at": instance.expiry})


class SignOutView(APIView):
    """End the token that was sent."""

    permission = SIGNED_IN

    @extend_schema(request=None, responses={204: None})
    def post(self, request):
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
            user_logged_out.send(sender=type(request.user), request=request, user=request.user)
        return Response(status=204)
