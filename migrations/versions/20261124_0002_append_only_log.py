"""the log is append-only: triggers refuse UPDATE and DELETE

On SQLite ``INSERT OR REPLACE`` takes the old row away without asking the trigger of DELETE, so it has one of its
own.

Whoever has the application's own database rights still can't alter an entry, a seal or a
checkpoint unseen; a database owner can drop the trigger, which witnessed checkpoints expose.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entry", "audit_seal", "checkpoint")
ACTIONS = ("UPDATE", "DELETE")
SAME_ROW = {
    "audit_entry": "id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq)",
    "audit_seal": "position = NEW.position OR entry_id = NEW.entry_id",
    "checkpoint": "id = NEW.id OR size = NEW.size",
}
"""Which rows a new one would replace: those equal in a unique key."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for action in ACTIONS:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        for table, same in SAME_ROW.items():
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for action in ACTIONS:
                op.execute(f"DROP TRIGGER {table}_no_{action.lower()}")
            op.execute(f"DROP TRIGGER {table}_no_replace")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
