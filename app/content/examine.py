"""One look into a file: what it is, and a cleaned copy for viewing where one can be made.

The libraries for pictures and PDFs are loaded for those alone: a film is looked at in ten megabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from app.content.kinds import PDF, Kind, tell_kind


def examine(original: BinaryIO, view: BinaryIO, told: Callable[[Kind], None]) -> Kind | None:
    """Tell the kind of `original`, and write its cleaned copy into `view`; gives the kind of the copy.

    :param told: called with the kind of the original before the costly part begins
    :raises app.content.errors.FileRefused: one of its kinds
    """
    kind = tell_kind(original)
    told(kind)
    if kind is PDF:
        from app.content import pdf

        view.write(pdf.clean_copy(original))
        return PDF
    if not kind.is_image:
        return None
    from app.content import images

    copy = images.view_copy(original, kind)
    if copy is None:
        return None
    view.write(copy)
    return images.view_kind(copy)
