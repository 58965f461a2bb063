"""Decisions on pairs of persons, each kept, so that a figure known on a day can be made again; input as typed"""

import sqlalchemy as sa
from alembic import op

revision = '0002_person_pair_decisions'
down_revision = '0001_first_schema'
branch_labels = None
depends_on = None

STATES = ('open', 'same', 'distinct')


def upgrade() -> None:
    op.create_table('person_pair_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pair_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum(*STATES, name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.CheckConstraint('length(reason) <= 500', name=op.f('ck_person_pair_decision_reason_length')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_person_pair_decision_decided_by_id_account')),
    sa.ForeignKeyConstraint(['pair_id'], ['person_pair.id'], name=op.f('fk_person_pair_decision_pair_id_person_pair'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_pair_decision')),
    sqlite_strict=True
    )
    with op.batch_alter_table('person_pair_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_pair_decision_pair_id'), ['pair_id'], unique=False)
    op.execute(
        "INSERT INTO person_pair_decision (pair_id, state, decided_at, decided_by_id) "
        "SELECT one.id, one.state, coalesce(one.decided_at, person.recorded_at), one.decided_by_id "
        "FROM person_pair AS one JOIN person ON person.id = one.second_id "
        "WHERE one.state <> 'open' ORDER BY one.id"
    )
    # A check of the column itself: SQLite then adds and drops it without copying the table.
    kind = 'TEXT' if op.get_bind().dialect.name == 'sqlite' else 'VARCHAR(2000)'
    op.execute(
        f"ALTER TABLE person ADD COLUMN typed_sealed {kind} "
        "CONSTRAINT ck_person_typed_sealed_length CHECK (length(typed_sealed) <= 2000)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE person DROP COLUMN typed_sealed")
    with op.batch_alter_table('person_pair_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_pair_decision_pair_id'))
    op.drop_table('person_pair_decision')
