"""What a WSGI server or ``flask --app wsgi`` loads: `app`, set up from the environment.

A wrong setting ends the start with one plain line instead of a traceback.
"""

from __future__ import annotations

import sys

from app import create_app
from config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"sahut: {error}")
