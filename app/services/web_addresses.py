"""Addresses of documents elsewhere, which people hand in as proof."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST_URL = 500


def is_web_address(url: str) -> bool:
    """An address that a click may lead to: http or https with a host."""
    if len(url) > LONGEST_URL or any(c.isspace() for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
