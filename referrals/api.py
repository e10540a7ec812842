"""The API of referrals, over the same operations as the pages."""

urlpatterns = []
