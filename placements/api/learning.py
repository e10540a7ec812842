"""Mentoring and courses, over the same operations as the pages."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.roles import Role
from placements import operations
from placements.models import Course, CourseLeaveReason, CourseSession, Enrolment, MentoringContact
from referrals.api.fields import CodeField
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, key_sent, made_once
from referrals.models import Referral
from referrals.opening import reason_in_header

VERSION = "As read; if somebody changed it since, the answer is 409"


@extend_schema_field(OpenApiTypes.EMAIL)
class MentorField(serializers.SlugRelatedField):
    """A coordinator of one's own provider, by their email address."""

    def get_queryset(self):
        colleagues = User.objects.with_role(Role.COORDINATOR)
        return colleagues.filter(organisation=self.context["request"].user.organisation_id)

    def to_internal_value(self, data):
        return super().to_internal_value(str(data).replace("\x00", "").strip().lower())


class MentoringSerializer(serializers.ModelSerializer):
    """One contact between a mentor and the participant. `version` must be sent back when it is changed."""

    mentor = serializers.CharField(source="mentor.full_name")

    class Meta:
        model = MentoringContact
        fields = [
            "id", "version", "mentor", "starts_at", "minutes", "way", "outcome", "about", "next_step", "recorded_at",
        ]  # fmt: skip


class RecordMentoringSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(default=0, help_text="0 unless it took place")
    way = serializers.ChoiceField(choices=MentoringContact.Way.choices)
    outcome = serializers.ChoiceField(choices=MentoringContact.Outcome.choices)
    about = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    next_step = serializers.CharField(max_length=300, required=False, allow_blank=True)
    mentor = MentorField("email", required=False, help_text="The email address of a colleague; else yourself")


class ChangeMentoringSerializer(RecordMentoringSerializer):
    version = serializers.IntegerField(help_text=VERSION)


class CourseSerializer(serializers.ModelSerializer):
    provider = serializers.CharField(source="provider.name")

    class Meta:
        model = Course
        fields = ["id", "version", "provider", "title", "awarding_body", "level", "online", "sessions", "offered"]


class AddCourseSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=90)
    awarding_body = serializers.CharField(max_length=120, allow_blank=True, help_text="Empty: no qualification")
    level = serializers.ChoiceField(choices=Course.Level.choices)
    online = serializers.BooleanField()
    sessions = serializers.IntegerField(min_value=1, max_value=200)


class EditCourseSerializer(AddCourseSerializer):
    version = serializers.IntegerField(help_text=VERSION)


class OfferCourseSerializer(serializers.Serializer):
    offered = serializers.BooleanField()
    version = serializers.IntegerField(help_text=VERSION)


class CourseSessionSerializer(serializers.ModelSerializer):
    """What was learnt on one day."""

    class Meta:
        model = CourseSession
        fields = ["id", "on", "minutes", "online", "recorded_at", "taken_back_at", "taken_back_because"]


class EnrolmentSerializer(serializers.ModelSerializer):
    """One case on one course. `version` must be sent back with a result, and when it is left or taken up again."""

    course = CourseSerializer()
    learnt = CourseSessionSerializer(many=True)

    class Meta:
        model = Enrolment
        fields = [
            "id", "version", "course", "status", "enrolled_on", "result", "result_on", "qualification", "awarding_body",
            "level", "certificate_number", "certificate", "leave_reason", "learnt",
        ]  # fmt: skip


class EnrolSerializer(serializers.Serializer):
    course = serializers.PrimaryKeyRelatedField(queryset=Course.objects.all())
    on = serializers.DateField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = getattr(self.context.get("request"), "user", None)
        if user and user.is_authenticated:
            self.fields["course"].queryset = Course.objects.visible_to(user, "placements.mentor")


class LearnSerializer(serializers.Serializer):
    on = serializers.DateField()
    minutes = serializers.IntegerField()
    online = serializers.BooleanField()


class LearntSerializer(serializers.Serializer):
    """What recording made of it, in minutes."""

    course_session = CourseSessionSerializer()
    worth = serializers.IntegerField(help_text="Learnt")
    credited = serializers.IntegerField(help_text="Counted towards the order: courses count for a share of it at most")


class TakeBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=250)


class ReopenSerializer(TakeBackSerializer):
    version = serializers.IntegerField(help_text=VERSION)


class ResultSerializer(serializers.Serializer):
    result = serializers.ChoiceField(choices=Enrolment.Result.choices)
    on = serializers.DateField()
    certificate_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    version = serializers.IntegerField(help_text=VERSION)


class LeaveSerializer(serializers.Serializer):
    reason = CodeField(CourseLeaveReason)
    version = serializers.IntegerField(help_text=VERSION)


class CertificateSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class MentoringOfCase(OfCase):
    """Mentoring in a case."""

    permissions = {"list": "placements.read", "create": "placements.mentor"}
    queryset = MentoringContact.objects.none()
    pagination_class = None  # a case has some dozens
    serializer_class = MentoringSerializer
    serializers = {"create": RecordMentoringSerializer}

    def list(self, request, pk=None):
        """Every contact, the last first."""
        return Response(MentoringSerializer(self.opened().mentoring_contacts.select_related("mentor"), many=True).data)

    @extend_schema(parameters=[KEY], responses={201: MentoringSerializer})
    def create(self, request, pk=None):
        """Record a contact."""
        case = self.opened()

        def make():
            return operations.record_mentoring(case, by=request.user, **{"mentor": request.user, **self.said()})

        made = case.mentoring_contacts.select_related("mentor").get(pk=made_once(request, make))
        return Response(MentoringSerializer(made).data, status=status.HTTP_201_CREATED)


class EnrolmentsOfCase(OfCase):
    """The courses of a case."""

    permissions = {"list": "placements.read", "create": "placements.mentor"}
    queryset = Enrolment.objects.none()
    pagination_class = None
    serializer_class = EnrolmentSerializer
    serializers = {"create": EnrolSerializer}

    def list(self, request, pk=None):
        """Every course of the case, with what was learnt."""
        return Response(EnrolmentSerializer(_in_full(self.opened().enrolments), many=True).data)

    @extend_schema(parameters=[KEY], responses={201: EnrolmentSerializer})
    def create(self, request, pk=None):
        """Enrol the case on a course."""
        case = self.opened()
        made = made_once(request, lambda: operations.enrol(case, by=request.user, **self.said()))
        return Response(EnrolmentSerializer(_in_full(case.enrolments).get(pk=made)).data, status=201)


def _in_full(enrolments):
    return enrolments.select_related("course__provider").prefetch_related("learnt")


class OfOwn(GenericViewSet):
    """A row of a case, opened as its page opens it; every action is a verb of whoever mentors."""

    serializers: dict = {}
    permission = "placements.mentor"

    def get_serializer_class(self):
        return self.serializers.get(self.action, self.serializer_class)

    def opened(self):
        row = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        reason_in_header(self.request, row.case)
        return row

    def said(self) -> dict:
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class MentoringViewSet(OfOwn):
    """A contact between a mentor and a participant."""

    serializer_class = ChangeMentoringSerializer

    def get_queryset(self):
        rows = MentoringContact.objects.visible_to(self.request.user, self.permission)
        return rows.select_related("case", "mentor")

    @extend_schema(responses=MentoringSerializer)
    def change(self, request, pk=None):
        """The contact says what is sent."""
        contact = self.opened()
        said = {"mentor": contact.mentor, **self.said()}
        return Response(MentoringSerializer(operations.change_mentoring(contact, by=request.user, **said)).data)


class EnrolmentViewSet(OfOwn):
    """One case on one course."""

    parser_classes = [MultiPartParser, JSONParser]
    serializer_class = EnrolmentSerializer
    serializers = {
        "learnt": LearnSerializer, "finish": ResultSerializer, "reopen": ReopenSerializer, "leave": LeaveSerializer,
        "certificate": CertificateSerializer,
    }  # fmt: skip

    def get_queryset(self):
        return Enrolment.objects.visible_to(self.request.user, self.permission).select_related("case", "course")

    def _as_it_stands(self, enrolment):
        return Response(EnrolmentSerializer(_in_full(Enrolment.objects.all()).get(pk=enrolment.pk)).data)

    @extend_schema(request=LearnSerializer, parameters=[KEY], responses={201: LearntSerializer})
    def learnt(self, request, pk=None):
        """Record what they learnt on one day; the answer says how much of it counts towards the order."""
        enrolment, recorded = self.opened(), []

        def make():
            recorded.append(operations.record_learnt(enrolment, by=request.user, **self.said()))
            return recorded[0].course_session

        made = made_once(request, make)
        learnt = recorded[0] if recorded else operations.as_recorded(CourseSession.objects.get(pk=made))
        return Response(LearntSerializer(learnt).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ResultSerializer, responses=EnrolmentSerializer)
    def finish(self, request, pk=None):
        """The course has its result; who passed one that somebody awards has gained a qualification."""
        enrolment = self.opened()
        operations.finish_course(enrolment, by=request.user, **self.said())
        return self._as_it_stands(enrolment)

    @extend_schema(request=ReopenSerializer, responses=EnrolmentSerializer)
    def reopen(self, request, pk=None):
        """The result was recorded by mistake: they are on the course again."""
        enrolment = self.opened()
        operations.reopen_course(enrolment, by=request.user, **self.said())
        return self._as_it_stands(enrolment)

    @extend_schema(request=LeaveSerializer, responses=EnrolmentSerializer)
    def leave(self, request, pk=None):
        """They are not on the course any more."""
        enrolment = self.opened()
        operations.leave_course(enrolment, by=request.user, **self.said())
        return self._as_it_stands(enrolment)

    @extend_schema(
        request={"multipart/form-data": CertificateSerializer}, parameters=[KEY], responses=EnrolmentSerializer
    )
    def certificate(self, request, pk=None):
        """Keep the certificate among the documents of the case."""
        enrolment = self.opened()
        operations.add_certificate(enrolment, by=request.user, upload=self.said()["file"], key=key_sent(request))
        return self._as_it_stands(enrolment)


class CourseSessionViewSet(OfOwn):
    """What somebody learnt on one day."""

    serializer_class = TakeBackSerializer

    def get_queryset(self):
        cases = Referral.objects.visible_to(self.request.user, self.permission)
        return CourseSession.objects.filter(case__in=cases).select_related("case", "enrolment__course")

    @extend_schema(responses=CourseSessionSerializer)
    def take_back(self, request, pk=None):
        """It was recorded by mistake: it stays, marked, and what counted of it is reversed."""
        session = self.opened()
        operations.take_back_learnt(session, by=request.user, **self.said())
        return Response(CourseSessionSerializer(CourseSession.objects.get(pk=session.pk)).data)


class CourseViewSet(GenericViewSet):
    """The courses that one's provider offers; for the triage team those of the providers that serve the force."""

    permissions = {
        "list": "placements.read", "create": "placements.mentor", "edit": "placements.mentor",
        "offer": "placements.mentor",
    }  # fmt: skip
    pagination_class = None  # a provider offers some dozens
    serializer_class = CourseSerializer
    serializers = {"create": AddCourseSerializer, "edit": EditCourseSerializer, "offer": OfferCourseSerializer}

    def get_serializer_class(self):
        return self.serializers.get(self.action, self.serializer_class)

    def get_queryset(self):
        rows = Course.objects.visible_to(self.request.user, self.permissions[self.action])
        return rows.select_related("provider")

    def _said(self) -> dict:
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def list(self, request):
        """Every course, those too that are not offered any more."""
        return Response(CourseSerializer(self.get_queryset(), many=True).data)

    @extend_schema(parameters=[KEY], responses={201: CourseSerializer})
    def create(self, request):
        """The provider offers a course."""
        made = made_once(request, lambda: operations.add_course(by=request.user, **self._said()))
        return Response(CourseSerializer(self.get_queryset().get(pk=made)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EditCourseSerializer, responses=CourseSerializer)
    def edit(self, request, pk=None):
        """The course says what is sent; what was gained on it before stays as it was."""
        course = get_object_or_404(self.get_queryset(), pk=pk)
        operations.edit_course(course, by=request.user, **self._said())
        return Response(CourseSerializer(self.get_queryset().get(pk=pk)).data)

    @extend_schema(request=OfferCourseSerializer, responses=CourseSerializer)
    def offer(self, request, pk=None):
        """People can be enrolled on it, or not any more."""
        course = get_object_or_404(self.get_queryset(), pk=pk)
        operations.offer_course(course, by=request.user, **self._said())
        return Response(CourseSerializer(self.get_queryset().get(pk=pk)).data)


CASE, ENROLMENT = "placements/cases/<uuid:pk>/", "enrolments/<uuid:pk>/"
take_back = CourseSessionViewSet.as_view({"post": "take_back"})


def _post(action):
    return EnrolmentViewSet.as_view({"post": action})


urlpatterns = [
    path(f"{CASE}mentoring/", MentoringOfCase.as_view({"get": "list", "post": "create"}), name="api-mentoring"),
    path("mentoring/<uuid:pk>/change/", MentoringViewSet.as_view({"post": "change"}), name="api-mentoring-change"),
    path(f"{CASE}enrolments/", EnrolmentsOfCase.as_view({"get": "list", "post": "create"}), name="api-enrolments"),
    path(f"{ENROLMENT}learnt/", _post("learnt"), name="api-enrolment-learnt"),
    path(f"{ENROLMENT}result/", _post("finish"), name="api-enrolment-result"),
    path(f"{ENROLMENT}reopen/", _post("reopen"), name="api-enrolment-reopen"),
    path(f"{ENROLMENT}leave/", _post("leave"), name="api-enrolment-leave"),
    path(f"{ENROLMENT}certificate/", _post("certificate"), name="api-enrolment-certificate"),
    path("learnt/<uuid:pk>/take-back/", take_back, name="api-learnt-take-back"),
    path("courses/", CourseViewSet.as_view({"get": "list", "post": "create"}), name="api-courses"),
    path("courses/<uuid:pk>/edit/", CourseViewSet.as_view({"post": "edit"}), name="api-course-edit"),
    path("courses/<uuid:pk>/offer/", CourseViewSet.as_view({"post": "offer"}), name="api-course-offer"),
]
