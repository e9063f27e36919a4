"""One module a family of sheets; each writes its canvas from the shared report."""
