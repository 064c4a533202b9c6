"""The door through which gunicorn calls the portal: kept pages first, then Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django_application = get_wsgi_application()

# They read the settings, and the models once they are loaded.
from portal.serving.database import bound_waiting  # noqa: E402
from portal.serving.metrics import Counting  # noqa: E402
from portal.serving.page_cache import PageCache  # noqa: E402
from portal.setup.thread_locals import use_own  # noqa: E402

bound_waiting()
use_own()
application = Counting(PageCache(django_application))
