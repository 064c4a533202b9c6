"""A portal with a firm, and one whose database is down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import (
    OperationalError,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django import Settings

from portal.serving import error_pages
from tests.factories import make_organisation


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = settings.SHARED_DIR = tmp_path
    settings.ERROR_PAGES_DIR = tmp_path / "errors"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def organisation(db: None) -> Any:
    return make_organisation()


@pytest.fixture
def written(organisation: Any) -> None:
    error_pages.write()


@pytest.fixture
def database_down(db: None) -> Iterator[None]:
    failing = OperationalError("connection to 10.9.8.7 refused for user secret-user")
    with patch.object(BaseDatabaseWrapper, "cursor", side_effect=failing):
        yield
