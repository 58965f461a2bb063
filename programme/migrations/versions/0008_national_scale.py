"""Marks of the journal by region, by which pages know what changed; indexes that keep pages flat on the whole country"""

import sqlalchemy as sa
from alembic import op

revision = '0008_national_scale'
down_revision = '0007_nothing_lost'
branch_labels = None
depends_on = None

LATEST = ('session', 'transfer_activity')


def upgrade() -> None:
    op.create_table('journal_mark',
    sa.Column('region_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('latest', sa.Integer(), nullable=False),
    sa.Column('latest_fact', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('region_id', name=op.f('pk_journal_mark')),
    sqlite_strict=True
    )
    for table in LATEST:
        op.create_index(f'ix_{table}_state_validated_at', table, ['state', 'validated_at', 'id'])


def downgrade() -> None:
    for table in LATEST:
        op.drop_index(f'ix_{table}_state_validated_at', table)
    op.drop_table('journal_mark')
