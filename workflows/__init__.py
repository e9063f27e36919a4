"""The rules of a complaint: states, permissions, conflicts, clocks, proofs.

Standard library only. Nothing here knows Flask, SQL, files or the clock on the wall:
a frozen snapshot, an actor and an instant go in, a decision or a refusal comes out.
"""
