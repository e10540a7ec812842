"""The house keeps its shape: who may import whom, which way foreign keys point, what no app does."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey

ROOT = Path(settings.BASE_DIR)

# Each app may import itself and the apps named here; an arrow not listed is an arrow that must not exist.
MAY_IMPORT = {
    "govuk": set(),
    "accounts": {"govuk"},
    "audit": {"accounts", "govuk"},
    "notices": {"audit", "accounts", "govuk"},
    "referrals": {"notices", "audit", "accounts", "govuk"},
    "workshops": {"referrals", "notices", "audit", "accounts", "govuk"},
    "placements": {"referrals", "notices", "audit", "accounts", "govuk"},
    "restorative": {"referrals", "notices", "audit", "accounts", "govuk"},
    "reporting": {"workshops", "placements", "restorative", "referrals", "notices", "audit", "accounts", "govuk"},
    "demo": {
        "reporting",
        "workshops",
        "placements",
        "restorative",
        "referrals",
        "notices",
        "audit",
        "accounts",
        "govuk",
    },
    "immediatejustice": {
        "reporting",
        "workshops",
        "placements",
        "restorative",
        "referrals",
        "notices",
        "audit",
        "accounts",
        "govuk",
    },
}
# The nouns of accounts lie below the trail; its verbs and pages write to the trail, as all verbs do.
ABOVE_THE_TRAIL = {"accounts/operations.py", "accounts/views.py"}
LONGEST_FILE = 450


def python_files(app):
    return [path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def imports(path):
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_what_lies_below_it(app):
    for path in python_files(app):
        allowed = MAY_IMPORT[app] | ({"audit"} if str(path.relative_to(ROOT)) in ABOVE_THE_TRAIL else set())
        for module in imports(path):
            other = module.split(".")[0]
            if other in MAY_IMPORT and other != app:
                assert other in allowed, f"{path.relative_to(ROOT)} imports {module}"


def test_what_the_trail_needs_of_accounts_does_not_need_the_trail():
    below = [path for path in python_files("audit") if path.name != "views.py"]
    needed = {module for path in below for module in imports(path) if module.split(".")[0] == "accounts"}
    assert needed
    for module in needed:
        assert f"{module.replace('.', '/')}.py" not in ABOVE_THE_TRAIL


@pytest.mark.parametrize("app", [app for app in MAY_IMPORT if apps.is_installed(app)])
def test_foreign_keys_point_downwards(app):
    for model in apps.get_app_config(app).get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model:
                other = field.related_model._meta.app_label
                assert other == app or other in MAY_IMPORT[app] | {"auth", "contenttypes"}, field


def test_rules_touch_no_database():
    for path in ROOT.glob("*/rules.py"):
        for module in imports(path):
            assert "models" not in module.split("."), f"{path.relative_to(ROOT)} imports {module}"
            assert module != "django.db", f"{path.relative_to(ROOT)} imports the database"


def test_no_model_overrides_save_or_hides_its_class():
    ours = [model for app in MAY_IMPORT if apps.is_installed(app) for model in apps.get_app_config(app).get_models()]
    for model in ours:
        assert "save" not in vars(model), f"{model.__name__} overrides save()"
        assert "delete" not in vars(model), f"{model.__name__} overrides delete()"
        assert not any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)


@pytest.mark.parametrize("room", ["views", "forms", "api"])
def test_only_operations_write(room):
    """No view, form or API class saves, creates, updates or deletes a row by itself."""
    writes = {"save", "create", "bulk_create", "update", "update_or_create", "get_or_create", "delete"}
    for app in MAY_IMPORT:
        files = [path for path in python_files(app) if path.stem == room or room in path.parent.parts]
        for path in files:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes:
                    source = ast.unparse(node.func)
                    if node.func.attr == "update" and not {"objects", "filter"} & set(re.split(r"\W+", source)):
                        continue  # a dict's
                    allowed = source.startswith(
                        ("operations.", "serializer.save", "super().", "AuthToken", "request.auth")
                    )
                    assert allowed, f"{path.relative_to(ROOT)}:{node.lineno} {source}()"


def test_views_start_from_what_the_user_may_see():
    for app in MAY_IMPORT:
        for path in python_files(app):
            if path.stem in ("views", "api") or "views" in path.parent.parts:
                assert ".objects.all()" not in path.read_text(), path


def test_the_lock_of_a_case_lets_others_write_rows_that_name_it():
    """Else whoever names a case that is not theirs, and whoever locks several, wait for each other for ever."""
    for app in MAY_IMPORT:
        for path in python_files(app):
            for lock in re.findall(r"Referral\.objects\.select_for_update\(.*", path.read_text()):
                assert "no_key=True" in lock, f"{path.relative_to(ROOT)}: {lock}"


def test_no_file_outgrows_its_room():
    for app in [*MAY_IMPORT, "tests", "dev"]:
        for path in python_files(app):
            assert len(path.read_text().splitlines()) <= LONGEST_FILE, (
                f"{path.relative_to(ROOT)} is too long: make it a package"
            )


def test_every_package_says_in_one_sentence_what_it_owns():
    for app in MAY_IMPORT:
        docstring = ast.get_docstring(ast.parse((ROOT / app / "__init__.py").read_text()))
        assert docstring, app
        assert "\n" not in docstring, f"{app}: one sentence"
