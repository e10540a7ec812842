"""People in the API: looked for by POST, so that no address holds a name; linked where two records are of one."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.sending import KEY, made_once
from referrals.forms.linking import FindPersonForm
from referrals.history import links_of, with_cases
from referrals.likeness import LookedFor, look_for, same_person
from referrals.models import Person, PersonLink, Referral


class LookedForSerializer(serializers.Serializer):
    """A last name with first names or a date of birth, or a phone number."""

    family_name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    given_names = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    date_of_birth = serializers.DateField(required=False, allow_null=True, default=None)
    phone = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)

    def validate(self, attrs):
        born = attrs["date_of_birth"]
        parts = {f"date_of_birth_{part}": getattr(born, part) for part in ("day", "month", "year")} if born else {}
        form = FindPersonForm({**attrs, **parts})
        if not form.is_valid():
            raise serializers.ValidationError({name: list(errors) for name, errors in form.errors.items()})
        return LookedFor(**attrs)


class CaseOfPersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Referral
        fields = ["id", "reference", "status", "submitted_at"]


class PersonFoundSerializer(serializers.ModelSerializer):
    why = serializers.ListField(child=serializers.CharField(), help_text="In what they are like the one looked for")
    cases = CaseOfPersonSerializer(many=True, help_text="Those that you may open")

    class Meta:
        model = Person
        fields = ["id", "given_names", "family_name", "date_of_birth", "why", "cases"]


class FoundSerializer(serializers.Serializer):
    people = PersonFoundSerializer(many=True, help_text="The most alike first, at most 10")
    unseen = serializers.BooleanField(help_text="Whether there may be others, in cases that you may not open")


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class LinkRequestSerializer(ReasonSerializer):
    other = serializers.UUIDField(help_text="The id of the other record")


class LinkSerializer(serializers.ModelSerializer):
    """A link in force. A record that you may not see stands in it by its id only."""

    people = serializers.SerializerMethodField()
    linked_by = serializers.CharField(source="linked_by.full_name")

    class Meta:
        model = PersonLink
        fields = ["id", "people", "reason", "linked_by", "linked_at"]

    def get_people(self, link) -> list[dict[str, str]]:
        keys = (link.person_id, link.other_id)
        return [
            {"id": str(key), "name": person.name if person else "Restricted"}
            for key, person in zip(keys, link.between, strict=True)
        ]


class PersonViewSet(GenericViewSet):
    """The participants of the cases that one may see. A record is linked by its id."""

    permissions = {
        "search": "referrals.link",
        "links": "referrals.link",
        "link": "referrals.link",
        "unlink": "referrals.link",
    }
    serializer_class = LinkSerializer
    pagination_class = None
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self):
        user = self.request.user
        return Person.objects.of_force(user.organisation_id).visible_to(user)

    @extend_schema(request=LookedForSerializer, responses=FoundSerializer)
    @action(detail=False, methods=["post"])
    def search(self, request):
        """Who may be this person: by a name spelt or sounding nearly so, by birthday, by phone number."""
        sent = LookedForSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found = look_for(sent.validated_data, by=request.user)
        people = with_cases(found.known, request.user)
        record(lifecycle.SEARCHED, by=request.user, ids=[person.pk for person in people])
        return Response(FoundSerializer({"people": people, "unseen": found.unseen}).data)

    @extend_schema(responses=LinkSerializer(many=True))
    @action(detail=True, methods=["get"])
    def links(self, request, pk=None):
        """The links between all records of this person, also through others."""
        person = self.get_object()
        record(lifecycle.SEARCHED, by=request.user, ids=[person.pk])
        return Response(LinkSerializer(links_of(person, request.user), many=True).data)

    @extend_schema(request=LinkRequestSerializer, responses={201: LinkSerializer}, parameters=[KEY])
    @links.mapping.post
    def link(self, request, pk=None):
        """The two records are of the same person. 409 where they are linked already."""
        person = self.get_object()

        def make():
            sent = LinkRequestSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            other = get_object_or_404(self.get_queryset(), pk=sent.validated_data["other"])
            return operations.link(person, other, by=request.user, reason=sent.validated_data["reason"])

        made = int(made_once(request, make))
        shown = [link for link in links_of(person, request.user) if link.pk == made]
        if not shown:  # the request came before, and the link was taken back since
            raise NotFound
        return Response(LinkSerializer(shown[0]).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReasonSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path=r"links/(?P<link_pk>\d{1,9})/unlink", url_name="unlink")
    def unlink(self, request, pk=None, link_pk=None):
        """The link is taken back, with a reason; that it was there is kept."""
        person = self.get_object()
        made = get_object_or_404(PersonLink.objects.filter(person__in=same_person(person.pk)), pk=link_pk)
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        operations.unlink(made, by=request.user, **sent.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
