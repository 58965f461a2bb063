"""Steps of transfer activities and lines that were on their sheets: figures known on a day can be made again"""

import sqlalchemy as sa
from alembic import op

revision = '0003_transfer_steps'
down_revision = '0002_person_pair_decisions'
branch_labels = None
depends_on = None

STATES = ('draft', 'submitted', 'returned', 'validated', 'refused')


def upgrade() -> None:
    op.create_table('transfer_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum(*STATES, name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['transfer_activity.id'], name=op.f('fk_transfer_step_activity_id_transfer_activity'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_transfer_step_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_step')),
    sqlite_strict=True
    )
    with op.batch_alter_table('transfer_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_step_activity_id'), ['activity_id'], unique=False)

    op.create_table('transfer_former_participation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('association_id', sa.Integer(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['transfer_activity.id'], name=op.f('fk_transfer_former_participation_activity_id_transfer_activity'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_transfer_former_participation_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_transfer_former_participation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_former_participation')),
    sqlite_strict=True
    )
    with op.batch_alter_table('transfer_former_participation', schema=None) as batch_op:
        for name in ('activity_id', 'association_id', 'person_id'):
            batch_op.create_index(batch_op.f(f'ix_transfer_former_participation_{name}'), [name], unique=False)

    # What the columns still tell: the last declaration, and what became of it. When one was sent back or
    # refused only the journal says; failing that, at once, so that nothing waits that did not wait before.
    op.execute(
        "INSERT INTO transfer_step (activity_id, state, at, by_id) "
        "SELECT id, 'submitted', coalesce(submitted_at, recorded_at), submitted_by_id "
        "FROM transfer_activity WHERE state <> 'draft' ORDER BY id"
    )
    for state, event in (('returned', 'return'), ('refused', 'refuse')):
        said = (
            "FROM journal_entry WHERE subject_type = 'transfer_activity' AND subject_id = a.id "
            f"AND event = 'transfer:activity:{event}' ORDER BY sequence DESC LIMIT 1"
        )
        op.execute(
            "INSERT INTO transfer_step (activity_id, state, at, by_id) "
            f"SELECT a.id, '{state}', coalesce((SELECT at {said}), a.submitted_at, a.recorded_at), "
            f"(SELECT account.id FROM account WHERE account.id = (SELECT actor_id {said})) "
            f"FROM transfer_activity a WHERE a.state = '{state}' ORDER BY a.id"
        )
    op.execute(
        "INSERT INTO transfer_step (activity_id, state, at, by_id) "
        "SELECT id, 'validated', validated_at, validated_by_id "
        "FROM transfer_activity WHERE state = 'validated' AND validated_at IS NOT NULL ORDER BY id"
    )


def downgrade() -> None:
    op.drop_table('transfer_former_participation')
    with op.batch_alter_table('transfer_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transfer_step_activity_id'))
    op.drop_table('transfer_step')
