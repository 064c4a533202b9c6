"""Settings of the portal: what the environment says, then Django's order.

README.md lists every variable; each may also come from a file as NAME_FILE.
"""

from __future__ import annotations

import os
from pathlib import Path

from portal.setup import demo, env
from portal.setup.listen import Listening
from portal.setup.sign_in import second_factor_days
from portal.staff import labels

BASE_DIR = Path(__file__).resolve().parent.parent

# What the environment says

DEBUG = env.boolean(os.environ, "DEBUG", default=False)
DATA_DIR = env.data_dir(os.environ, BASE_DIR)
SHARED_DIR = env.shared_dir(os.environ, DATA_DIR)
ERROR_PAGES_DIR = env.error_pages_dir(os.environ, SHARED_DIR)
SECRET_KEY = env.secret_key(os.environ, DATA_DIR, debug=DEBUG)
SECRET_KEY_FALLBACKS = env.earlier_secret_keys(os.environ)
BASE_URL = env.base_url(os.environ)
ALLOWED_HOSTS = env.allowed_hosts(os.environ, BASE_URL)
TRUSTED_PROXIES = env.trusted_proxies(os.environ)
FOUR_EYES = env.boolean(os.environ, "FOUR_EYES", default=True)
DEMO = env.boolean(os.environ, "DEMO", default=False)
# A file of content in place of our own starter; read when an empty portal is prepared.
STARTER = env.read(os.environ, "STARTER")
METRICS_TOKEN = env.read(os.environ, "METRICS_TOKEN")
BACKUP_REMINDER_HOURS = env.number(
    os.environ, "BACKUP_REMINDER_HOURS", default=24, least=0, most=8760
)
DATABASES = {"default": env.database(os.environ, DATA_DIR)}
CACHES = {"default": env.cache(os.environ)}
HTTPS = BASE_URL.startswith("https://")

# Applications

INSTALLED_APPS = [
    "modeltranslation",
    "portal.apps.PortalAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "notices.firm",
    "notices.communities",
    "notices.safeguards",
    "notices.editions",
    "notices.faq",
    "notices.invitations",
    "portal.accounts",
    "portal.content",
    "portal",
]

# Everything above WhiteNoise also counts for static files, everything above Django's
# SecurityMiddleware also for its redirect to https.
MIDDLEWARE = [
    "portal.middleware.common_headers",
    "portal.serving.kept.sharing.sharing",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.known_methods",
    "portal.middleware.trusted_proxy",
    "portal.middleware.machines_use_https",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.german_admin",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.serving.errors.Unavailable",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ]
        },
    }
]

# Rows of these models are on no public page; a change of any other makes every page stale.
NOT_ON_PAGES = [
    "account.*",
    "accounts.*",
    "admin.*",
    "auth.*",
    "contenttypes.*",
    "mfa.*",
    "sessions.*",
    "firm.AuditEntry",
    "firm.EarlierValues",
    "firm.JobRun",
    "firm.SiteVersion",
    "communities.CommunityReminder",
    "invitations.IncidentDecision",
    "communities.PhysicalMeeting",
    "safeguards.DeviationNotice",
    "safeguards.EvidenceFile",
    "safeguards.Reminder",
    "safeguards.SeenDelivery",
    "safeguards.StaffNotice",
    "safeguards.ZoomToken",
    "editions.ClaimReason",
    "editions.Edition_writers",
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.LongestLength"},
    {"NAME": "portal.accounts.passwords.GuessableWords"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # of links for an own password
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Sign-in by allauth: no sign-up, and brakes of our own that look at no address

SECOND_FACTOR_DAYS = second_factor_days(os.environ)
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "reauthenticate": "portal.accounts.forms.ConfirmForm",
}
MFA_ADAPTER = "portal.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A clock may be wrong by half a minute, and typing takes its time.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "reauthenticate": "portal.accounts.forms.ConfirmCodeForm",
    "activate_totp": "portal.accounts.forms.ActivateAppForm",
    "add_webauthn": "portal.accounts.forms.AddPasskeyForm",
}

# Sessions and cookies: for staff only, no public page sets one

COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
# portal/accounts/sessions.py ends them earlier: messages for staff renew this one.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Sent to staff pages only, which a __Host- cookie cannot be.
DEVICE_COOKIE_NAME = "__Secure-device" if HTTPS else "device"
CSRF_FAILURE_VIEW = "portal.staff.unsent.page.form_too_old"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
# The session, not a cookie of its own, keeps the messages for staff.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Languages and time

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "de"
# The language of the code: of its messages before they are translated.
SOURCE_LANGUAGE = "en"
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = labels.with_language
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.serving.static_files.SmallStaticFiles"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Pages name no other, and to compress both took a third of the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Limits

# Well above what a form takes, so that its sentence is read, beside the text, instead of a refusal.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "portal.serving.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Headers

SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Without a trusted proxy the portal cannot see https, and redirecting would never end.
SECURE_SSL_REDIRECT = HTTPS and bool(TRUSTED_PROXIES)
# Probes ask the process itself, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
# Admin forms need a referrer on their own site; meeting pages say no-referrer themselves.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# W021 asks for HSTS preloading. It binds the firm's whole domain for years: theirs to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# Copying a text needs the clipboard, signing in with a passkey the last two; all else is closed.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "autoplay": [],
    "browsing-topics": [],
    "camera": [],
    "clipboard-read": [],
    "clipboard-write": ["self"],
    "display-capture": [],
    "encrypted-media": [],
    "fullscreen": [],
    "gamepad": [],
    "geolocation": [],
    "gyroscope": [],
    "hid": [],
    "idle-detection": [],
    "local-fonts": [],
    "local-network-access": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "picture-in-picture": [],
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
    "screen-wake-lock": [],
    "serial": [],
    "storage-access": [],
    "usb": [],
    "window-management": [],
    "xr-spatial-tracking": [],
}

# Mail

vars().update(env.email(os.environ))
# No request says there under which address the portal is reached.
ADDRESS_IN_MAILS = BASE_URL or Listening.from_environment(os.environ).url
MAIL_FROM = env.mail_from(os.environ, ADDRESS_IN_MAILS)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Zoom: read only, and only once all three credentials are set

ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET = env.zoom_credentials(os.environ)
ZOOM_WEBHOOK_SECRET = env.read(os.environ, "ZOOM_WEBHOOK_SECRET")
ZOOM_OAUTH_URL = env.service(os.environ, "ZOOM_OAUTH_URL", "https://zoom.us/oauth/token")
ZOOM_API_URL = env.service(os.environ, "ZOOM_API_URL", "https://api.zoom.us/v2")

# Logging: to stderr, one line of JSON per event, never with the address of a reader

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.serving.log_lines.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Named so that Django's own handlers, one of which mails whole requests, are replaced.
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # They would log the address of every request to Zoom, with the ids of its users.
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        # It would log the identifier of every passkey that is set up.
        "fido2": {"level": "WARNING"},
    },
}

# A demo in public changes some of what was said above

if DEMO:
    vars().update(demo.settings(os.environ))
