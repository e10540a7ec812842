"""What belongs to one case in the API: the case in the address, opened as its page opens it."""

from django.shortcuts import get_object_or_404
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals import lifecycle
from referrals.models import Referral
from referrals.opening import reason_in_header


class OfCase(GenericViewSet):
    """`permissions` as everywhere; `serializers` of the actions that are sent something."""

    permissions: dict[str, str]
    serializers: dict = {}

    def get_serializer_class(self):
        return self.serializers.get(self.action, self.serializer_class)

    def opened(self) -> Referral:
        """The case in the address, if a role that grants the permission of this action opens it; a reading of it goes
        to the trail."""
        user, permission = self.request.user, self.permissions[self.action]
        self.case = case = get_object_or_404(
            Referral.objects.visible_to(user, permission).with_permissions_of(user), pk=self.kwargs["pk"]
        )
        why = reason_in_header(self.request, case)
        if self.request.method != "POST":
            record(lifecycle.READ, by=user, case=case, **why)
        return case

    def said(self) -> dict:
        """What was sent, checked by the serializer of the action."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data
