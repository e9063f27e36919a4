"""A picture for viewing: decoded and written anew, so that nothing but the pixels is left.

Place, time and phone (EXIF), comments, thumbnails and whatever was hidden behind the picture are gone; the
picture is turned upright first and made small enough to look at. The original stays sealed as evidence.

Decoding takes memory and trusts large libraries: the application calls this apart from itself only
(`app.content.apart`).
"""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO

import pi_heif
from PIL import Image, ImageOps

from app.content.errors import FileDamaged, FileUnpacksTooLarge
from app.content.kinds import HEIC, JPEG, PNG, WEBP, Kind

VIEW_EDGE = 2000
"""Longest edge of the copy, in pixels; text on a photographed page stays readable."""
MOST_PIXELS = 50_000_000
"""Larger pictures get no copy: decoding one takes three or four bytes a pixel. Telephones' photos fit."""
MOST_PIXELS_JPEG = 220_000_000
"""A JPEG is decoded at a half, a quarter or an eighth of its size, so that more is harmless."""
BOMB_PIXELS = 250_000_000
"""No camera makes such a picture; whoever opened it would have a gigabyte filled."""

_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}

pi_heif.register_heif_opener(thumbnails=False)
# Its own limit is lower than ours; ours is checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def view_copy(stream: BinaryIO, kind: Kind) -> bytes | None:
    """A JPEG (or, where parts are transparent or it was one, a PNG) of the picture; None if it is too large.

    :param kind: JPEG, PNG, WEBP or HEIC, as told by content; no other reader is tried. Newer kinds of HEIC
        that can't be decoded here get no copy either
    :raises FileUnpacksTooLarge: it has more pixels than any photo
    :raises FileDamaged: it can't be decoded
    """
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            with Image.open(stream, formats=[_FORMATS[kind]]) as picture:
                return _copy(picture, kind)
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        TypeError,
        KeyError,
        OverflowError,
    ):
        if kind is HEIC:
            return None
        raise FileDamaged from None


def _copy(picture: Image.Image, kind: Kind) -> bytes | None:
    width, height = picture.size
    if width * height > BOMB_PIXELS:
        raise FileUnpacksTooLarge
    if width * height > (MOST_PIXELS_JPEG if kind is JPEG else MOST_PIXELS):
        return None
    if kind is JPEG:
        picture.draft("RGB", (VIEW_EDGE, VIEW_EDGE))
        if picture.size[0] * picture.size[1] > MOST_PIXELS:
            return None
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((VIEW_EDGE, VIEW_EDGE), Image.Resampling.LANCZOS)
    as_png = kind is PNG or upright.has_transparency_data
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare.info.clear()
    out = io.BytesIO()
    if as_png:
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue()


def view_kind(copy: bytes) -> Kind:
    """Kind of what `view_copy` gave."""
    return PNG if copy.startswith(b"\x89PNG") else JPEG
