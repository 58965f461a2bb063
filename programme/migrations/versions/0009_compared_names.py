"""The words by which a name is compared with others, kept beside it: a province's are read, not folded each time"""

from alembic import op

revision = '0009_compared_names'
down_revision = '0008_national_scale'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain column: SQLite then adds it without copying the table. `programme init` writes what is empty.
    kind = 'TEXT' if op.get_bind().dialect.name == 'sqlite' else 'VARCHAR(300) COLLATE "C"'
    op.execute(
        f"ALTER TABLE association ADD COLUMN compare_key {kind} NOT NULL DEFAULT '' "
        "CONSTRAINT ck_association_compare_key_length CHECK (length(compare_key) <= 300)"
    )


def downgrade() -> None:
    op.execute('ALTER TABLE association DROP COLUMN compare_key')
