"""Rows in, bytes out: workbooks and statistics made of read models that this package owns."""
