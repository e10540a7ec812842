"""What stands in Redis."""

import json

from django.core.cache import cache


def test_values_are_json_and_nothing_that_runs_when_it_is_read():
    cache.set("limits", {"times": [1.5, 2], "who": "Amir"})
    stored = cache._cache.get_client("limits").get(cache.make_key("limits"))
    assert json.loads(stored) == cache.get("limits") == {"times": [1.5, 2], "who": "Amir"}


def test_numbers_can_be_counted_with():
    cache.set("attempts", 1)
    assert cache.incr("attempts") == 2
    assert cache.get("attempts") == 2
