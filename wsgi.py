"""What a WSGI server or ``flask --app wsgi`` loads: `app`, set up from the environment.

A wrong setting, or keys that can't be used, end the start with one plain line instead of a traceback.
"""

from __future__ import annotations

import gc
import sys

from app import create_app
from app.security.keys import KeysError
from config import SettingsError

try:
    app = create_app()
except (SettingsError, KeysError) as error:
    sys.exit(f"sahut: {error}")

# What is loaded by now stays for as long as the process. Searched for garbage again and again, it would make
# every tenth filing wait for tens of milliseconds.
gc.collect()
gc.freeze()
