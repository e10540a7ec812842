"""A file of referrals, in the API: checked, then imported, whole or not at all."""

import hashlib

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from referrals.api.sending import KEY, made_once
from referrals.importing import operations
from referrals.importing.reading import MOST_BYTES, MOST_ROWS
from referrals.models import Referral, ReferralFile


class FileSerializer(serializers.Serializer):
    file = serializers.FileField(
        max_length=160, help_text=f"CSV, as on the page of the import: up to {MOST_ROWS} rows and {MOST_BYTES:,} bytes."
    )


class ProblemSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    column = serializers.CharField(help_text="Empty: the line as a whole")
    what = serializers.CharField()


class MatchSerializer(ProblemSerializer):
    again = serializers.BooleanField(
        help_text="The same referral, it seems: send `knowingly` to import it all the same."
    )


class MadeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Referral
        fields = ["id", "reference", "status"]


class ReferralFileSerializer(serializers.ModelSerializer):
    """A file in which nothing is wrong: it waits for its owner's word for a day."""

    count = serializers.SerializerMethodField(help_text="How many rows wait to be imported")
    findings = serializers.SerializerMethodField(help_text="What keeps rows from being submitted; drafts can be made")
    matches = serializers.SerializerMethodField(help_text="What may be here already")
    made = serializers.SerializerMethodField(help_text="What it became")

    class Meta:
        model = ReferralFile
        fields = ["id", "name", "checked_at", "imported_at", "count", "findings", "matches", "made"]

    def get_count(self, file) -> int:
        return len(file.rows)

    @extend_schema_field(ProblemSerializer(many=True))
    def get_findings(self, file):
        return ProblemSerializer(operations.findings_of(file), many=True).data

    @extend_schema_field(MatchSerializer(many=True))
    def get_matches(self, file):
        return MatchSerializer(operations.matches_of(file), many=True).data

    @extend_schema_field(MadeSerializer(many=True))
    def get_made(self, file):
        return MadeSerializer(operations.made_of(file), many=True).data


class ImportSerializer(serializers.Serializer):
    submit = serializers.BooleanField(default=False, help_text="Submit them at once; else they are drafts.")
    knowingly = serializers.BooleanField(default=False, help_text="Import what may be here already, too.")


class ReferralFileViewSet(GenericViewSet):
    """Files of referrals on their way in, each its owner's alone."""

    permissions = {
        "create": "referrals.import",
        "retrieve": "referrals.import",
        "import_file": "referrals.import",
    }
    serializer_class = ReferralFileSerializer
    parser_classes = [MultiPartParser, JSONParser]
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self):
        return ReferralFile.objects.filter(owner=self.request.user)

    @extend_schema(
        request={"multipart/form-data": FileSerializer}, responses={201: ReferralFileSerializer}, parameters=[KEY]
    )
    def create(self, request):
        """Check a file: 422 with every mistake of every row (`details`: line, column, what to enter), and nothing is
        kept; or it waits to be imported. No referral is made."""
        serializer = FileSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data["file"]
        content = sent.read(MOST_BYTES + 1)

        def make():
            file, checked = operations.check_file(content, by=request.user, name=sent.name)
            if file is None:
                raise operations.Unusable(
                    f"{len(checked.problems)} mistakes in {sent.name}: nothing is kept.",
                    details=[vars(problem) for problem in checked.problems],
                )
            return file

        made = made_once(request, make, sent=[sent.name, hashlib.sha256(content).hexdigest()])
        return self._file(made, status.HTTP_201_CREATED)

    def retrieve(self, request, pk=None):
        """What the check found, or what the file became."""
        return self._file(self.get_object().pk)

    @extend_schema(request=ImportSerializer, responses=ReferralFileSerializer, parameters=[KEY])
    @action(detail=True, methods=["post"], url_path="import", url_name="import")
    def import_file(self, request, pk=None):
        """Every row becomes a referral, or none does: 422 with the line at which it failed, 409 the second time."""
        file = self.get_object()

        def make():
            serializer = ImportSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            operations.import_file(file, by=request.user, **serializer.validated_data)
            return file

        return self._file(made_once(request, make))

    def _file(self, pk, code=status.HTTP_200_OK):
        file = get_object_or_404(self.get_queryset(), pk=pk)  # a key is known for longer than the file is kept
        return Response(self.get_serializer(file).data, status=code)
