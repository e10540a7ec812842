"""Addresses of workshops."""

app_name = "workshops"

urlpatterns = []
