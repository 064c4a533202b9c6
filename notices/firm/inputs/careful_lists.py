"""Lists whose addresses anybody may have typed: what no database can hold is asked of none."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest

# PostgreSQL takes no text with this sign, and neither database a longer number.
IMPOSSIBLE = re.compile(r"\x00|\d{19}")


class CarefulLists(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that answers an impossible filter as it answers a wrong one: with all rows."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        for name, values in request.GET.lists():
            if name != SEARCH_VAR and any(IMPOSSIBLE.search(one) for one in values):
                raise IncorrectLookupParameters
        return super().get_changelist_instance(request)
