"""The words by which a name is compared with others, kept beside it: a province's are read, not folded each time"""

import sqlalchemy as sa
from alembic import op

from programme.base.folding import compare_key

revision = '0009_compared_names'
down_revision = '0008_national_scale'
branch_labels = None
depends_on = None

AT_ONCE = 5000
association = sa.table('association', sa.column('id', sa.Integer), sa.column('name_ar', sa.String), sa.column('compare_key', sa.String))


def upgrade() -> None:
    # A plain column: SQLite then adds it without copying the table.
    kind = 'TEXT' if op.get_bind().dialect.name == 'sqlite' else 'VARCHAR(300) COLLATE "C"'
    op.execute(
        f"ALTER TABLE association ADD COLUMN compare_key {kind} NOT NULL DEFAULT '' "
        "CONSTRAINT ck_association_compare_key_length CHECK (length(compare_key) <= 300)"
    )
    _fill()


def _fill() -> None:
    """By the folding of the day of the migration: what folds otherwise later has to write it anew, as all keys."""
    link, last = op.get_bind(), 0
    named = sa.select(association.c.id, association.c.name_ar).order_by(association.c.id).limit(AT_ONCE)
    write = association.update().where(association.c.id == sa.bindparam('the_id')).values(compare_key=sa.bindparam('key'))
    while rows := link.execute(named.where(association.c.id > last)).all():
        link.execute(write, [{'the_id': row[0], 'key': compare_key(row[1])[:300]} for row in rows])
        last = rows[-1][0]


def downgrade() -> None:
    op.execute('ALTER TABLE association DROP COLUMN compare_key')
