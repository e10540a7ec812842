"""Cases in the API: list, read, draft, change a draft, and take a case through its steps, over the same operations as
the pages."""

from django.db import transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.colleagues import Colleagues
from referrals.api.drafts import ChangeSerializer, DraftSerializer
from referrals.api.overrides import Overrides
from referrals.api.queue import PARAMETERS, InOrder, Queue
from referrals.api.reading import Reading
from referrals.api.sending import ETAG, IF_MATCH_NEEDED, KEY, made_once, version_sent
from referrals.api.shown import ReferralListSerializer, ReferralSerializer, with_what_is_shown
from referrals.api.steps import Steps
from referrals.models import Referral
from referrals.opening import reason_in_header


class ReferralViewSet(mixins.ListModelMixin, Queue, Steps, Reading, Overrides, Colleagues, GenericViewSet):
    """Cases. A request that is refused answers 409 (somebody was there first), 412 (somebody changed it since it was
    read) or 422 (a rule), and changes nothing."""

    permissions = {
        "list": "referrals.read",
        "retrieve": "referrals.read",
        "create": "referrals.refer",
        "partial_update": "referrals.refer",
        "check_eligibility": "referrals.refer",
        "submit": "referrals.refer",
        "answer": "referrals.refer",
        "assign": "referrals.triage",
        "assign_many": "referrals.triage",
        "ask": "referrals.triage",
        "remind": "referrals.triage",
        "accept": "referrals.triage",
        "decline": "referrals.triage",
        "withdraw": "referrals.withdraw",
        "suspend": "referrals.triage",
        "resume": "referrals.triage",
        "complete": "referrals.triage",
        "return_to_officer": "referrals.triage",
        "take_on": "placements.assess",
        "first_contact": "placements.assess",
        "check_further_offence": "referrals.triage",
        "ask_override": "referrals.ask_override",
        "findings": "referrals.see_victim",
        "timeline": "referrals.read",
        "colleagues": "referrals.refer",
        "name_colleague": "referrals.refer",
        "remove_colleague": "referrals.refer",
    }
    pagination_class = InOrder
    serializers = {
        **Queue.sent_with,
        **Steps.sent_with,
        **Reading.sent_with,
        "list": ReferralListSerializer,
        "create": DraftSerializer,
        "partial_update": ChangeSerializer,
    }

    def get_queryset(self):
        permission = self.permissions.get(self.action, "referrals.read")
        user = self.request.user
        seen = Referral.objects.visible_to(user, permission)
        if self.action == "list" and not self.narrowed():  # as in listing.seen_by
            seen = Referral.objects.listed_to(user, permission)
        return seen.with_people().with_permissions_of(user)

    def get_serializer_class(self):
        return self.serializers.get(self.action, ReferralSerializer)

    def opened(self):
        """The case in the address, if this person may do what they ask with it; of a restricted one they say why."""
        referral = self.get_object()
        self.why(referral)
        return referral

    def why(self, referral) -> dict:
        """What the trail says besides, when a restricted case is opened."""
        return reason_in_header(self.request, referral)

    @extend_schema(parameters=PARAMETERS)
    def list(self, request, *args, **kwargs):
        response = super().list(request, *args, **kwargs)
        named = [row["id"] for row in response.data["results"] if not row["restricted"]]
        record(lifecycle.LISTED, by=request.user, ids=named)
        return response

    @extend_schema(responses=ReferralSerializer, parameters=[ETAG])
    def retrieve(self, request, pk=None):
        """One case; that it was read goes to the trail."""
        referral = self.get_object()
        record(lifecycle.READ, by=request.user, case=referral, **self.why(referral))
        return self._case(referral.pk)

    @extend_schema(responses={201: ReferralSerializer}, parameters=[KEY, ETAG])
    def create(self, request):
        """A draft of the officer who signed in, with everything that is sent."""

        def make():
            serializer = self.get_serializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            return serializer.save(by=request.user)

        return self.answer_with_case(make, status.HTTP_201_CREATED)

    @extend_schema(
        request=ChangeSerializer,
        responses={200: ReferralSerializer, 428: OpenApiResponse(description="If-Match is missing")},
        parameters=[IF_MATCH_NEEDED, ETAG],
    )
    def partial_update(self, request, pk=None):
        """The draft says what is sent; what is left out stays. `participant` may be given in part; `parent_or_carer`,
        `victims` and `consent` are each given whole: a victim with its `id` is changed, one without is added, and those
        not named are removed."""
        referral = self.opened()
        version = version_sent(request, needed=True)
        serializer = self.get_serializer(referral, data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            operations.unchanged_since(referral, version)
            serializer.save(by=request.user)
        return self._case(referral.pk)

    def answer_with_case(self, make, code=status.HTTP_200_OK):
        """The case that make() returns, or returned when this request came before."""
        return self._case(made_once(self.request, make), code)

    def _case(self, pk, code=status.HTTP_200_OK):
        referral = with_what_is_shown(self.get_queryset(), self.request.user).get(pk=pk)
        shown = ReferralSerializer(referral, context=self.get_serializer_context()).data
        return Response(shown, status=code, headers={"ETag": f'"{referral.version}"'})
