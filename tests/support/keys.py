"""Keys for the applications of the tests, made once a worker and copied: making them waits for the disk."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote, urlsplit

from app import BEFORE_DEMO_HISTORY
from app.security.keys import KeyRing
from config import Settings
from tests.support.run import run_folder


def lend_keys(settings: Settings) -> None:
    """Put keys where an application of these settings will look for them, unless some are there."""
    folder = Path(unquote(urlsplit(settings.keys_url).path))
    if urlsplit(settings.keys_url).scheme == "file" and not folder.exists():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(_made_once(), folder)


@cache
def _made_once() -> Path:
    folder = Path(mkdtemp(prefix="keys-", dir=run_folder()))
    KeyRing.open(folder.as_uri(), at=BEFORE_DEMO_HISTORY, production=False)
    return folder
