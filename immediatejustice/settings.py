"""One settings file for every environment; what differs is read from environment variables (see .env.example)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
if not DEBUG and (len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-")):
    raise ImproperlyConfigured(
        "SECRET_KEY is too weak to run with DEBUG off: set one of at least 50 random characters."
    )
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)  # how many reverse proxies of ours stand before the application
BEHIND_TLS = env.bool("BEHIND_TLS", not DEBUG)
# Where links in emails lead. One plain name in ALLOWED_HOSTS says it; none is there while the image is built.
SITE_URL = env.str("SITE_URL", "").rstrip("/")
if not SITE_URL:
    if not DEBUG and ALLOWED_HOSTS and ALLOWED_HOSTS[0].startswith(("*", ".")):
        raise ImproperlyConfigured(
            "SITE_URL is needed: ALLOWED_HOSTS does not begin with the one name that links in emails lead to."
        )
    SITE_URL = f"{'https' if BEHIND_TLS else 'http'}://{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "crispy_forms",
    "csp",
    "govuk",
    "accounts",
    "audit",
    "notices",
    "referrals",
    "workshops",
    "placements",
    "restorative",
    "reporting",
]
if env.bool("DEMO", False):
    INSTALLED_APPS.append("demo")  # the demonstration data and their known passwords: never where real people are

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "immediatejustice.limits.RequestSizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "audit.middleware.RequestContextMiddleware",
    "accounts.middleware.NamedPermissionMiddleware",
    "referrals.opening.AskWhyMiddleware",
]

ROOT_URLCONF = "immediatejustice.urls"
WSGI_APPLICATION = "immediatejustice.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["govuk.templatetags.govuk"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "immediatejustice.navigation.navigation",
            ],
        },
    },
]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"

# Two roles in one database: the application runs as `default`, which may neither change the audit trail nor the
# schema; `owner` migrates (manage.py migrate uses it by itself) and is absent where only the application runs.
DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
if env.str("DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = env.dj_db_url("DATABASE_OWNER_URL")
for database in DATABASES.values():
    database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    database["CONN_HEALTH_CHECKS"] = True
    # Compiling a query costs more than it saves in pages that ask for few rows.
    database["OPTIONS"] = {
        "application_name": "immediatejustice",
        "options": "-c jit=off",
        **database.get("OPTIONS", {}),
    }
    if env.str("TEST_DATABASE_NAME", ""):
        database["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"serializer": "immediatejustice.cache.JSONSerializer"},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # what a task does, it writes in our own rows
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1200}
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = {
    # A call that no worker took before the next one is due is dropped, so that they do not pile up.
    "seal-the-trail": {"task": "audit.tasks.seal_trail", "schedule": 60.0, "options": {"expires": 60}},
    "take-up-stalled-reports": {
        "task": "reporting.tasks.take_up_stalled",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget-old-files": {
        "task": "referrals.tasks.forget_old_files",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget-old-keys": {"task": "audit.tasks.forget_old_keys", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-old-text": {"task": "accounts.tasks.forget_old_text", "schedule": 3600.0, "options": {"expires": 3600}},
    "send-notices": {"task": "notices.tasks.send_due", "schedule": 60.0, "options": {"expires": 60}},
    "delete-old-notices": {"task": "notices.tasks.delete_old", "schedule": 3600.0, "options": {"expires": 3600}},
    "send-messages": {"task": "referrals.tasks.send_messages", "schedule": 60.0, "options": {"expires": 60}},
    "drop-untrue-letters": {
        "task": "referrals.tasks.drop_untrue_letters",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "remind-of-workshops": {
        "task": "workshops.tasks.remind_of_workshops",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "remind-of-work": {"task": "placements.tasks.remind_of_work", "schedule": 300.0, "options": {"expires": 300}},
    "tell-of-papers": {"task": "placements.tasks.tell_of_papers", "schedule": 3600.0, "options": {"expires": 3600}},
    "send-answers": {"task": "placements.tasks.send_answers", "schedule": 60.0, "options": {"expires": 60}},
    "erase-contacts": {"task": "placements.tasks.erase_contacts", "schedule": 3600.0, "options": {"expires": 3600}},
    "erase-removed-documents": {
        "task": "referrals.tasks.erase_removed_documents",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remind-of-questions": {
        "task": "referrals.tasks.remind_of_questions",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.entrance.SignInForm",
    "reset_password": "accounts.entrance.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.entrance.ResetPasswordForm",
    "change_password": "accounts.entrance.ChangePasswordForm",
    "set_password": "accounts.entrance.FirstPasswordForm",
    "reauthenticate": "accounts.entrance.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes each account for a known work address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they name people: never in a cookie
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # who is signed in goes on working while Redis is away
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", 60 * 60 * 4)
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.form_out_of_date"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
FORMAT_MODULE_PATH = ["immediatejustice.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "build" / "collected")
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "media")  # issued reports, documents; never served by address
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
LARGEST_FILE_MB = env.int("LARGEST_FILE_MB", 10)  # of a document
MOST_DOCUMENTS = 30  # of a case
# Where clamd listens: unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310. Empty: files are kept as not scanned.
CLAMD_URL = env.str("CLAMD_URL", "")
if CLAMD_URL and not CLAMD_URL.startswith(("unix:///", "tcp://")):
    raise ImproperlyConfigured("CLAMD_URL must be like unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Every page links by hashed name; source maps (9 MB of the API's documentation) are not worth compressing.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

email = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = email["EMAIL_BACKEND"]
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10  # seconds that the mail server may take over each thing it is told
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@immediate-justice.example")

# By which way the people of a case are written to: the mail server above, or GOV.UK Notify, which texts as well.
MESSAGES_VIA = env.str("MESSAGES_VIA", "smtp")
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", "")
NOTIFY_EMAIL_TEMPLATE = env.str("NOTIFY_EMAIL_TEMPLATE", "")
NOTIFY_SMS_TEMPLATE = env.str("NOTIFY_SMS_TEMPLATE", "")  # left out: no text messages
NOTIFY_URL = env.str("NOTIFY_URL", "https://api.notifications.service.gov.uk")
if MESSAGES_VIA not in ("smtp", "notify"):
    raise ImproperlyConfigured("MESSAGES_VIA is smtp or notify.")
if MESSAGES_VIA == "notify" and not (NOTIFY_API_KEY and NOTIFY_EMAIL_TEMPLATE):
    raise ImproperlyConfigured("MESSAGES_VIA=notify needs NOTIFY_API_KEY and NOTIFY_EMAIL_TEMPLATE.")
# Whom the people of a case are told to ring.
CONTACT_PHONE = env.str("CONTACT_PHONE", "101")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.NamedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "sign-in": "10/min",
        "sign-in-account": "20/hour",
        "calendar": "60/min",
        "answers": "120/min",  # a whole group answers from the network of one room
        "suggestions": "20/hour",  # tries to suggest work, from one network
        "suggestions-kept": "5/day",  # suggestions that are kept, from one network
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "audit.doors.exception_handler",
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12)}
SPECTACULAR_SETTINGS = {
    "TITLE": "Immediate Justice",
    "DESCRIPTION": "Referrals, decisions, work sessions and figures, under the same permissions as the pages.",
    "VERSION": "1",
    "ENUM_NAME_OVERRIDES": {
        "GradeEnum": "placements.lifecycle.Grade",
        "ConsentEnum": "referrals.models.Consent.Kind",
        "ConsentKindEnum": "referrals.models.Consent.OfReferral",
        "MentoringOutcomeEnum": "placements.models.MentoringContact.Outcome",
        "CourseResultEnum": "placements.models.Enrolment.Result",
        "DocumentKindEnum": "referrals.models.Document.ADDED",
        "ReferralStatusEnum": "referrals.lifecycle.Status",
        "OverrideKindEnum": "referrals.models.OverrideRequest.Kind",
        "VictimKindEnum": "referrals.models.Victim.Kind",
        "WhoEnum": "workshops.models.Who",
    },
    "SERVE_PERMISSIONS": ["accounts.access.NamedPermission"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "immediatejustice.logs.WithoutRows",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"secrets": {"()": "immediatejustice.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "loggers": {"weasyprint.progress": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}

# Numbers of the scheme that no law fixes. Time limits are rows of the reference table Deadline.
SCHEME: dict[str, Any] = {
    # Younger needs an inspector's authority; under 10 is never possible (age of criminal responsibility).
    "USUAL_LOWEST_AGE": 12,
    "USUAL_HOURS": (5, 20),  # outside this the officer gives a reason
    "NATURAL_GRAVITY": 2,  # of a child's offence; another score needs a rationale
    "PREVIOUS_MONTHS": 12,  # earlier Immediate Justice within this time needs an inspector's authority
    "EVIDENCE_DAYS": 7,  # for saying why something was missed
    "CONSENT_FORM_VERSION": "2026-1",
    "CONSENT_WITHDRAWN_WORKING_DAYS": 1,  # within which the triage team decides whether the case goes back
    "FEEDBACK_WORDING": "2024",
    "FEEDBACK_LINK_DAYS": 28,  # how long a link can be answered
    "SCREEN_HOURS": 4,  # after which the screen on which a group answers closes by itself
    "FEEDBACK_WITHIN_DAYS": 28,  # how long a facilitator is reminded of workshop feedback that is not in
    "LATE_RECORDING_DAYS": 7,  # a work session recorded later than this needs a reason
    "LONGEST_SESSION_MINUTES": 12 * 60,  # longer is taken for a slip of the pen
    "LONGEST_MENTORING_MINUTES": 10 * 60,
    "MOST_MINUTES": 300 * 60,  # no order is longer, adjustments included
    "COURSE_SHARE_PERCENT": 30,  # of an order: no more of it is done by courses
    "EXPIRY_WARNING_DAYS": 30,  # insurance and risk assessment of a site: warn so long before
    "EXPIRY_NOTICE_DAYS": (30, 7),  # the coordinators are told by email so many days before, and once it has run out
    "LONGEST_PAPER_YEARS": 5,  # an insurance or a review further ahead is taken for a slip of the pen
    "NOMINATION_CONTACT_DAYS": 30,  # after the answer, or the decision, who suggested work is erased
    "NOMINATION_UNDECIDED_DAYS": 365,  # after which it is erased from a suggestion that nobody decided on
    "NOMINATIONS_A_DAY": 200,  # from everybody together, for one force: more is an attack
    "SUGGESTION_SECONDS": (4, 24 * 60 * 60),  # a form is not filled in sooner, and its page is too old later
    "LOOK_AHEAD_DAYS": 14,  # a site is full when it has no place within this time
    "NEARLY_DONE_MINUTES": 2 * 60,  # left of an order that is nearly done
    "PARTICIPANT_LINK_DAYS": 90,  # how long a participant’s own page opens
    "NOTICES_KEPT_DAYS": 90,  # how long it is kept which emails were sent
}
