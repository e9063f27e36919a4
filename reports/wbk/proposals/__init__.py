"""What our own data proposes for indicators of the worksheet; a person accepts or corrects it.

Basis: ``data_sistem`` of the worksheet data (reconstructed: local policy). A rule is a pure function from
counted facts to a `Provenance`: the proposed answer, the reason in plain words, query, filter, instant, and
the numbers behind each figure. Two things hold for all of them. "Not enough data" is an outcome: what Sahut
does not hold is no proof that it isn't there. And a year without complaints never earns a point for having
handled them.
"""
