"""What strangers send us: told by content, never by name; cleaned before anybody looks at it.

Pure functions over seekable binary streams: no database, no storage, no request.
"""
