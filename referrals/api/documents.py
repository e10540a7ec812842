"""Documents of a case in the API: list, add, take as a file, remove, over the same operations as the pages."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from audit.trail import record
from referrals import lifecycle, operations
from referrals.api.fields import FileOrRefusal
from referrals.api.sending import KEY, key_sent
from referrals.models import Document, Referral
from referrals.opening import reason_in_header
from referrals.views.documents import as_attachment


class DocumentSerializer(serializers.ModelSerializer):
    added_by = serializers.CharField(source="added_by.full_name")

    class Meta:
        model = Document
        fields = [
            "id", "kind", "title", "filename", "media_type", "size", "sha256", "scan", "for_provider", "added_by",
            "added_at",
        ]  # fmt: skip
        read_only_fields = fields


class UploadSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Document.ADDED)
    title = serializers.CharField(max_length=120)
    file = serializers.FileField(allow_empty_file=True)
    for_provider = serializers.BooleanField(default=False)


class ShowSerializer(serializers.Serializer):
    for_provider = serializers.BooleanField()


class RemoveSerializer(serializers.Serializer):
    because = serializers.CharField(max_length=200)


class DocumentViewSet(GenericViewSet):
    """Documents of a case. Refused as on the pages: 422 for a file that is not kept, 409 where it is there already or
    the case is closed, 503 while it cannot be scanned."""

    permissions = {
        "list": "referrals.note",
        "create": "referrals.note",
        "file": "referrals.note",
        "show": "referrals.note",
        "remove": "referrals.note",
    }
    content_negotiation_class = FileOrRefusal
    parser_classes = [MultiPartParser, JSONParser]
    pagination_class = None  # a case has 30 at most
    queryset = Document.objects.none()
    serializers = {"create": UploadSerializer, "show": ShowSerializer, "remove": RemoveSerializer}

    def get_serializer_class(self):
        return self.serializers.get(self.action, DocumentSerializer)

    def opened(self):
        """The case in the address, as this person opens it; a reading of it goes to the trail."""
        user = self.request.user
        rows = Referral.objects.visible_to(user, "referrals.note").with_permissions_of(user)
        case = get_object_or_404(rows, pk=self.kwargs["pk"])
        why = reason_in_header(self.request, case)
        if self.request.method != "POST":
            record(lifecycle.READ, by=user, case=case, **why)
        return case

    def _document(self, case):
        return get_object_or_404(
            Document.objects.shown_in(case).select_related("added_by", "case"), pk=self.kwargs["document_pk"]
        )

    def list(self, request, pk=None):
        """The documents of the case that this person may see, the newest first."""
        shown = Document.objects.shown_in(self.opened()).select_related("added_by")
        return Response(DocumentSerializer(shown, many=True).data)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer}, parameters=[KEY], responses={201: DocumentSerializer}
    )
    def create(self, request, pk=None):
        """Keep a file with the case."""
        case = self.opened()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        document = operations.add_document(
            case, by=request.user, upload=given.pop("file"), key=key_sent(request), **given
        )
        return Response(DocumentSerializer(document).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def file(self, request, pk=None, document_pk=None):
        """The file itself; that it left the system goes to the trail."""
        case = self.opened()
        document = self._document(case)
        return as_attachment(operations.disclose(document, case, by=request.user), document)

    @extend_schema(responses=DocumentSerializer)
    def show(self, request, pk=None, document_pk=None):
        """The provider sees the document from now on, or does not any more."""
        document = self._document(self.opened())
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.show_to_provider(document, by=request.user, shown=serializer.validated_data["for_provider"])
        document.refresh_from_db(fields=["for_provider"])
        return Response(DocumentSerializer(document).data)

    @extend_schema(responses={204: OpenApiResponse(description="The document is gone from the case.")})
    def remove(self, request, pk=None, document_pk=None):
        """The document is gone from the case and its file erased; the row stays, with the reason."""
        document = self._document(self.opened())
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.remove_document(document, by=request.user, **serializer.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


CASE = "referrals/<uuid:pk>/documents/"
urlpatterns = [
    path(CASE, DocumentViewSet.as_view({"get": "list", "post": "create"}), name="api-documents"),
    path(f"{CASE}<uuid:document_pk>/file/", DocumentViewSet.as_view({"get": "file"}), name="api-document-file"),
    path(f"{CASE}<uuid:document_pk>/show/", DocumentViewSet.as_view({"post": "show"}), name="api-document-show"),
    path(f"{CASE}<uuid:document_pk>/remove/", DocumentViewSet.as_view({"post": "remove"}), name="api-document-remove"),
]
