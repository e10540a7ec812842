"""Addresses of reporting."""

from django.urls import path

from reporting import list_file, views

app_name = "reporting"

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("reports/", views.report_list, name="list"),
    path("reports/download/", list_file.reports, name="download"),
    path("reports/request/", views.request_report, name="request"),
    path("reports/<uuid:pk>/", views.report_detail, name="detail"),
    path("reports/<uuid:pk>/progress/", views.report_progress, name="progress"),
    path("reports/<uuid:pk>/retry/", views.retry_report, name="retry"),
    path("reports/<uuid:pk>/new-version/", views.correct_report, name="correct"),
    path("reports/<uuid:pk>/report.pdf", views.report_pdf, name="pdf"),
    path("reports/<uuid:pk>/report.csv", views.report_csv, name="csv"),
]
