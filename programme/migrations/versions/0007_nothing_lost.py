"""Versions of parties, commitments and mandates; whose a one-time key was, and where its form led"""

from alembic import op

revision = '0007_nothing_lost'
down_revision = '0006_prepared_exports'
branch_labels = None
depends_on = None

VERSIONED = ('party', 'commitment', 'mandate')
TEXTS = {'digest': 64, 'address': 500}


def upgrade() -> None:
    # Plain columns: SQLite then adds and drops them without copying the tables.
    for table in VERSIONED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN version INTEGER NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE once_key ADD COLUMN account_id INTEGER")
    for name, length in TEXTS.items():
        kind = 'TEXT' if op.get_bind().dialect.name == 'sqlite' else f'VARCHAR({length})'
        op.execute(
            f"ALTER TABLE once_key ADD COLUMN {name} {kind} "
            f"CONSTRAINT ck_once_key_{name}_length CHECK (length({name}) <= {length})"
        )


def downgrade() -> None:
    for name in (*reversed(TEXTS), 'account_id'):
        op.execute(f"ALTER TABLE once_key DROP COLUMN {name}")
    for table in reversed(VERSIONED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN version")
