"""Public statistics: what of the counts may be shown, and how it looks as a chart and as CSV."""
