"""The static files: addresses that change with their bytes, and answers that are compressed once.

There are a handful of small files, so each is read and compressed the first time it is asked for and kept in
memory under its time of change. Flask's own way streams from an open file through the compressor, for every
visitor anew.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

MIME_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Types of what pages are made of; the system's own table differs from machine to machine."""

COMPRESSIBLE = frozenset({".css", ".js", ".svg", ""})


class Asset(NamedTuple):
    """A file as it is sent.

    :ivar digest: 12 hex digits of its SHA-256
    :ivar packed: gzip of the bytes where that is worth it, else None
    """

    digest: str
    plain: bytes
    packed: bytes | None


def asset_url(path: str) -> str:
    """Address of a static file that changes with its bytes, so that it can be cached for good.

    Files of ``vendor/`` carry their version in the path and need no digest.

    :param path: below the static folder
    :raises FileNotFoundError: where there is no such file
    """
    folder = current_app.static_folder or ""
    modified_ns = None if path.startswith("vendor/") else os.stat(f"{folder}/{path}").st_mtime_ns  # noqa: PTH116
    return f"{current_app.static_url_path}/{_address(folder, path, modified_ns)}"


@lru_cache(maxsize=256)
def _address(folder: str, path: str, modified_ns: int | None) -> str:
    """The path quoted, and the digest of what was there at that time; a page names half a dozen files."""
    digest = "" if modified_ns is None else f"?v={_read(Path(folder, path), modified_ns).digest}"
    return quote(path) + digest


def send_asset(filename: str) -> Response:
    """The file, or 304 where the browser has it; 404 for what isn't a file of the static folder."""
    path = safe_join(str(_static_folder()), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    asset = _load(Path(path))
    packed = asset.packed is not None and request.accept_encodings.best_match(["gzip"]) == "gzip"
    response = Response(asset.packed if packed else asset.plain)
    response.mimetype = MIME_TYPES.get(
        Path(path).suffix, "text/plain" if asset.packed else "application/octet-stream"
    )
    response.set_etag(f"{asset.digest}{'-gzip' if packed else ''}")
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    response.make_conditional(request)
    return response


def init_assets(app: Flask) -> None:
    """Puts `send_asset` in the place of Flask's own view for static files."""
    app.view_functions["static"] = send_asset


def _static_folder() -> Path:
    return Path(current_app.static_folder or "")


def _load(path: Path) -> Asset:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, modified_ns: int) -> Asset:
    plain = path.read_bytes()
    packed = gzip.compress(plain, mtime=0) if path.suffix in COMPRESSIBLE else None
    return Asset(hashlib.sha256(plain).hexdigest()[:12], plain, packed)
