"""The only readers. ``get_`` raises, ``find_`` may give None, ``list_`` states its order.

What an actor may see is decided in one place, :mod:`app.queries.visibility`.
"""
