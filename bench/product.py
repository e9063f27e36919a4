"""Sahut as it is served, but for the rate limits: one machine asks as often as it can."""

from __future__ import annotations

from app.extensions import limiter
from wsgi import app

limiter.enabled = False

__all__ = ["app"]
