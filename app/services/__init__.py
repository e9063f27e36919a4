"""The only writers: one verb, one transaction.

A service takes ids, the actor and the instant; it never reads the request, the signed-in user or
the clock. It locks, lets the rules decide, writes the change, the deadlines, the audit entry and
the outbox rows, and commits them together.
"""
