"""Registers of other systems brought in as history: mapping, reading, checking, writing.

A mapping (TOML) says which column is which field, a reader gives the rows of a CSV or Excel file, every row
is checked before the first is written, and :mod:`app.services.importing` writes. Imported history has
deadlines but never a notice, an alert or an escalation (docs/adr/0009-import.md).
"""
