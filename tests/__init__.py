"""The tests mirror the tree.

What Python compiles is kept, even where the shell says otherwise: a run is some seventy processes, and each
would spend seconds on compiling the application, the tests with their rewritten assertions, or both.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
