"""Tasks of a case in the API, and the day on which a victim was told."""

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from referrals import operations
from referrals.api.fields import ByTime
from referrals.api.of_case import OfCase
from referrals.api.sending import KEY, made_once
from referrals.models import Task, Victim


class TaskSerializer(serializers.ModelSerializer):
    assigned_to = serializers.CharField(source="assigned_to.full_name", default=None)
    made_by = serializers.CharField(source="made_by.full_name", default=None, help_text="None: made by a rule.")
    done_by = serializers.CharField(source="done_by.full_name", default=None)

    class Meta:
        model = Task
        fields = [
            "id", "kind", "what", "due_on", "team", "assigned_to", "made_by", "made_at", "done_at", "done_by",
            "outcome", "not_needed",
        ]  # fmt: skip
        read_only_fields = fields


class WhomSerializer(serializers.Serializer):
    """A team, or somebody by the email address that they sign in with."""

    team = serializers.ChoiceField(choices=Task.Team.choices, required=False)
    assigned_to = serializers.EmailField(required=False)

    def validate_assigned_to(self, email):
        takers = operations.takers(self.context["view"].case)
        found = [person for people in takers.values() for person in people.filter(email=email.lower())]
        if not found:
            raise serializers.ValidationError("Nobody with this address may open the case.")
        return found[0]

    def validate(self, attrs):
        if ("team" in attrs) == ("assigned_to" in attrs):
            raise serializers.ValidationError({"team": "Give either a team or a person."})
        return attrs


class NewTaskSerializer(WhomSerializer):
    what = serializers.CharField(max_length=200)
    due_on = serializers.DateField()


class DoneSerializer(serializers.Serializer):
    outcome = serializers.CharField(max_length=500)
    at = serializers.DateTimeField(required=False, help_text="When it was done; now, if left out.")


class ToldSerializer(serializers.Serializer):
    on = serializers.DateField()


class LatestFirst(ByTime):
    ordering = ("-made_at", "-id")


class TaskViewSet(OfCase):
    """What is to be done in a case and what was, as far as it concerns this person."""

    permissions = {
        "list": "referrals.note",
        "create": "referrals.note",
        "done": "referrals.note",
        "reassign": "referrals.note",
        "told": "referrals.tell_victim",
    }
    pagination_class = LatestFirst
    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    serializers = {
        "create": NewTaskSerializer,
        "done": DoneSerializer,
        "reassign": WhomSerializer,
        "told": ToldSerializer,
    }

    def shown(self):
        return Task.objects.shown_in(self.opened(), self.request.user).select_related(
            "assigned_to", "made_by", "done_by", "case"
        )

    def list(self, request, pk=None):
        """The tasks, the newest first."""
        return self.get_paginated_response(TaskSerializer(self.paginate_queryset(self.shown()), many=True).data)

    @extend_schema(parameters=[KEY], request=NewTaskSerializer, responses={201: TaskSerializer})
    def create(self, request, pk=None):
        """Something to be done by a day, for a team or for somebody who may open the case."""
        case = self.opened()
        made = made_once(request, lambda: operations.add_task(case, by=request.user, **self.said()))
        return Response(TaskSerializer(self.shown().get(pk=made)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DoneSerializer, responses=TaskSerializer)
    def done(self, request, pk=None, task_pk=None):
        """It is done, with what came of it; 409 if somebody did it before."""
        return self._do(operations.finish_task, task_pk)

    @extend_schema(request=WhomSerializer, responses=TaskSerializer)
    def reassign(self, request, pk=None, task_pk=None):
        """It is somebody else’s."""
        return self._do(operations.reassign, task_pk)

    def _do(self, operation, task_pk):
        task = get_object_or_404(self.shown(), pk=task_pk)
        operation(task, by=self.request.user, **self.said())
        kept = Task.objects.select_related("assigned_to", "made_by", "done_by").get(pk=task.pk)
        return Response(TaskSerializer(kept).data)

    @extend_schema(request=ToldSerializer, responses={204: None})
    def told(self, request, pk=None, victim_pk=None):
        """The day on which this victim was told about restorative justice."""
        victims = Victim.objects.visible_to(request.user).filter(case=self.opened()).select_related("case")
        victim = get_object_or_404(victims, pk=victim_pk)
        operations.tell_victim(victim, by=request.user, **self.said())
        return Response(status=status.HTTP_204_NO_CONTENT)


CASE = "referrals/<uuid:pk>/"
urlpatterns = [
    path(f"{CASE}tasks/", TaskViewSet.as_view({"get": "list", "post": "create"}), name="api-tasks"),
    path(f"{CASE}tasks/<int:task_pk>/done/", TaskViewSet.as_view({"post": "done"}), name="api-task-done"),
    path(f"{CASE}tasks/<int:task_pk>/reassign/", TaskViewSet.as_view({"post": "reassign"}), name="api-task-reassign"),
    path(f"{CASE}victims/<uuid:victim_pk>/told/", TaskViewSet.as_view({"post": "told"}), name="api-victim-told"),
]
