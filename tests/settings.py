"""The portal's settings for tests: the developer's own environment plays no part."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

for name in (
    *("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "CACHE_URL"),
    *(
        "EMAIL_URL",
        "MAIL_FROM",
        "HOST",
        "PORT",
        "DATA_DIR",
        "SHARED_DIR",
        "TRUSTED_PROXIES",
        "FOUR_EYES",
    ),
    "BACKUP_REMINDER_HOURS",
    "METRICS_TOKEN",
    "STARTER",
    "DEMO",
    "ERROR_PAGES_DIR",
    "SECRET_KEY_FALLBACKS",
    *("ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET"),
    *("ZOOM_OAUTH_URL", "ZOOM_API_URL"),
):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)

# Without compiled files every process, and every program that a test starts, compiles all anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

data_dir = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, data_dir, ignore_errors=True)

os.environ["DATA_DIR"] = data_dir
os.environ["SECRET_KEY"] = "only-for-tests-" * 4
# Playwright runs an event loop in the thread of the test; Django would refuse its own database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
if test_database_url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = test_database_url

from portal.settings import *

DATABASES["default"]["TEST"] = {}
if test_database_url:
    # Several runs on one server must not meet in one database.
    DATABASES["default"]["TEST"]["NAME"] = f"test_lupe_{os.getpid()}"

# No collected files: the manifest would have to be built before every run.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT.mkdir()
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# Argon2 is slow on purpose; only the tests of accounts need to feel it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
