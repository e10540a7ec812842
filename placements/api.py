"""The API of placements, over the same operations as the pages."""

urlpatterns = []
