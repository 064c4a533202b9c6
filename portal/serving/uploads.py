"""Refuse a request with files that is far too large before anything of it is stored."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Well above the 5 MB that a form takes, so that most people get its sentence instead of this.
LARGEST_REQUEST = 32 * 1024 * 1024


class BoundedUpload(FileUploadHandler):
    """Look at the announced size only; the next handlers store the files."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
