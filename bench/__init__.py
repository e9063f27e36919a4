"""How fast Sahut's pages are, as ratios to the barest page on the same server and database.

Absolute times say more of the machine than of the code; a ratio taken in the same minutes on the same machine
holds elsewhere, too. ``make bench`` runs it.
"""
