"""Addresses of restorative."""

app_name = "restorative"

urlpatterns = []
