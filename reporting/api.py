"""The API of reporting, over the same operations as the pages."""

urlpatterns = []
