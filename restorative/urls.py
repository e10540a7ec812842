"""Addresses of restorative justice."""

from django.urls import path

from restorative import downloads, views

app_name = "restorative"

urlpatterns = [
    path("", views.list_processes, name="list"),
    path("download/", downloads.processes, name="download"),
    path("cases/<uuid:pk>/start/", views.start, name="start"),
    path("processes/<uuid:pk>/", views.show_process, name="detail"),
    path("processes/<uuid:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("processes/<uuid:pk>/items/<int:item>/done/", views.mark_done, name="mark_done"),
    path("processes/<uuid:pk>/<str:verb>/", views.take_step, name="step"),
]
