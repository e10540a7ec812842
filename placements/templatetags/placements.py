"""{% load placements %}: amounts of work on pages."""

from django import template

from placements import rules

register = template.Library()
register.filter("in_words", rules.in_words)
register.filter("days_in_words", rules.days_in_words)
register.filter("opening_in_words", rules.opening_in_words)
