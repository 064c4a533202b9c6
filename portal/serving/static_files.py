"""Static files as they are sent: style sheets without comments and blanks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rcssmin  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


def small(css: str) -> str:
    """Return a style sheet without what only its authors need."""
    return str(rcssmin.cssmin(css))


class SmallStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Make style sheets small when they are collected, then name and compress them all."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        for name in () if dry_run else [name for name in paths if name.endswith(".css")]:
            source, path = paths[name]
            with source.open(path) as file:
                css = small(file.read().decode())
            self.delete(name)
            self._save(name, ContentFile(css.encode()))
            # What follows reads the small file instead of the one it was made of.
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)
