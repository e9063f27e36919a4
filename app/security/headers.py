"""What every response says about itself, so that a browser refuses what Sahut never does.

The policy starts from nothing and allows only this origin's scripts, styles, fonts, pictures, forms and
uploads: no inline script or style, no frame around or inside, no foreign host. Pages are never stored (a
shared phone, a cyber-café); static files are named by version or digest and kept for good.
"""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

POWERFUL_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "usb",
)
"""Browser features that no page of Sahut uses; each is switched off by name."""

HSTS_MAX_AGE_S = 2 * 365 * 24 * 3600
IMMUTABLE = "public, max-age=31536000, immutable"

FIXED_HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()
    ),
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in POWERFUL_FEATURES),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
}


def is_immutable(path: str, *, has_version: bool) -> bool:
    """True for a static file whose address changes with its bytes.

    :param path: below the static folder, as ``vendor/govuk-frontend-6.3.0/govuk-frontend.min.css``
    :param has_version: the address carries the digest that `asset_url` adds
    """
    return has_version or path.startswith("vendor/")


def _add_headers(response: Response) -> Response:
    said = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  (iterating gives pairs)
    response.headers.extend([pair for pair in FIXED_HEADERS.items() if pair[0].lower() not in said])
    if request.is_secure:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={HSTS_MAX_AGE_S}; includeSubDomains"
        )
    if request.endpoint == "static" and response.status_code < 400:
        path = (request.view_args or {}).get("filename", "")
        immutable = is_immutable(path, has_version="v" in request.args)
        response.headers["Cache-Control"] = IMMUTABLE if immutable else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_headers(app: Flask) -> None:
    """Adds the headers to every response of `app`; a view may say something stricter itself."""
    app.after_request(_add_headers)
