"""Asking people without an account in the API: the screen at the session, parents and victims; what may be quoted."""

from secrets import token_urlsafe
from types import SimpleNamespace

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.tokens import token_of
from workshops import facts, lifecycle, operations
from workshops.models import Comment, Session, Who


class SecretAddressSerializer(serializers.Serializer):
    """Shown once: nobody can be told the address again, but by the same Idempotency-Key."""

    address = serializers.URLField()


def told_once(request, page, make) -> Response:
    """The secret address of a page that opens without an account; make(secret) makes what it opens, with the secret
    that secret() tells. The same request with the same Idempotency-Key is told the same address, and makes nothing
    more: of that address the database keeps a seed, which tells nothing without the key of the installation."""

    def once():
        seed = token_urlsafe(24)
        make(lambda: token_of(seed))
        return SimpleNamespace(pk=seed)

    address = request.build_absolute_uri(reverse(page, args=[token_of(made_once(request, once))]))
    return Response({"address": address}, status=status.HTTP_201_CREATED)


class ScreenViewSet(GenericViewSet):
    """The screen on which the people of a session answer, one after the other."""

    permissions = {"open": "workshops.record", "close": "workshops.record"}
    queryset = Session.objects.none()
    pagination_class = None

    def get_queryset(self):
        return Session.objects.visible_to(self.request.user).with_details()

    @extend_schema(request=None, responses={201: SecretAddressSerializer}, parameters=[KEY])
    def open(self, request, pk=None):
        """A screen is open, for some hours; another of this session is closed. Open the address on a device that is
        signed in to nothing. 422 before the session starts, when it is cancelled, and when nobody is left to ask."""
        session = self.get_object()
        return told_once(
            request, "workshops:screen", lambda secret: operations.open_screen(session, by=request.user, secret=secret)
        )

    @extend_schema(responses={204: None})
    def close(self, request, pk=None):
        """No screen of this session is open. Sent again, nothing changes."""
        operations.close_screen(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Comment
        fields = ["who", "text", "may_be_quoted", "given_at"]
        read_only_fields = fields


class AskSerializer(serializers.Serializer):
    """Who is asked: the parent or carer, or a victim."""

    who = serializers.ChoiceField(choices=Who.choices)


class CommentViewSet(OfCase):
    """What the parent or carer and the victims of a case said, as far as this person may know; and links to ask
    them."""

    permissions = {"list": "referrals.note", "link": "referrals.note"}
    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    serializers = {"link": AskSerializer}
    pagination_class = None  # each answers a link of their own, once

    def list(self, request, pk=None):
        """What they said, the newest first."""
        case = self.opened()
        return Response(CommentSerializer(facts.comments_of(case, facts.heard_in(case)), many=True).data)

    @extend_schema(request=AskSerializer, responses={201: SecretAddressSerializer}, parameters=[KEY])
    def link(self, request, pk=None):
        """A link at which one of them says once what they think; a link that a parent or an only victim had is dead.
        404 for somebody whom this person may not ask, 422 where the case names nobody to ask."""
        case, who = self.opened(), self.said()["who"]
        if who not in facts.heard_in(case):
            raise Http404
        return told_once(
            request,
            "workshops:say",
            lambda secret: operations.make_comment_link(case, who, by=request.user, secret=secret),
        )


class QuoteSerializer(serializers.Serializer):
    said = serializers.CharField()
    by = serializers.ChoiceField(choices=Who.choices)


class Quotes(PageNumberPagination):
    page_size = 25


class QuoteViewSet(GenericViewSet):
    """What may be quoted."""

    permissions = {"list": "reporting.read"}
    queryset = Comment.objects.none()
    serializer_class = QuoteSerializer
    pagination_class = Quotes

    def list(self, request):
        """What participants, parents and victims said and agreed to have quoted; without saying who, or of which
        session."""
        rows = self.paginate_queryset(facts.quotes(request.user.organisation))
        record(lifecycle.QUOTES_READ, by=request.user, page=self.paginator.page.number)
        return self.get_paginated_response(QuoteSerializer(rows, many=True).data)
