"""Addresses of placements."""

from django.urls import path

from placements.views import assessment, downloads, hours, placing, sites, work

app_name = "placements"

urlpatterns = [
    path("cases/<uuid:pk>/assessment/", assessment.assessment, name="assessment"),
    path("cases/<uuid:pk>/assess/", assessment.assess, name="assess"),
    path("cases/<uuid:pk>/match/", placing.match, name="match"),
    path("cases/<uuid:pk>/place/<uuid:site_pk>/", placing.plan_placement, name="plan_placement"),
    path("cases/<uuid:pk>/hours/", hours.hours, name="hours"),
    path("cases/<uuid:pk>/hours/adjust/", hours.adjust, name="adjust_hours"),
    path("placements/<uuid:pk>/plan-work/", placing.plan_work, name="plan_work"),
    path("placements/<uuid:pk>/record-work/", work.log_unplanned, name="log_unplanned_work"),
    path("placements/<uuid:pk>/end/", placing.end_placement, name="end_placement"),
    path("sites/", sites.sites, name="sites"),
    path("sites/download/", downloads.sites, name="download_sites"),
    path("sites/add/", sites.add_site, name="add_site"),
    path("sites/<uuid:pk>/", sites.site, name="site"),
    path("sites/<uuid:pk>/edit/", sites.edit_site, name="edit_site"),
    path("sites/<uuid:pk>/assess/", sites.assess_site, name="assess_site"),
    *(path(f"sites/<uuid:pk>/{verb}/", sites.step_site, {"verb": verb}, name=f"{verb}_site") for verb in sites.STEPS),
    path("work/", work.work, name="work"),
    path("work/download/", downloads.work, name="download_work"),
    path("work/<uuid:pk>/record/", work.record_work, name="record_work"),
    path("work/<uuid:pk>/cancel/", placing.cancel_work, name="cancel_work"),
]
