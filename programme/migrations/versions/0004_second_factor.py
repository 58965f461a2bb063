"""Accounts: second factor, how far a browser has signed in, what an administrator asks of a role"""

import sqlalchemy as sa
from alembic import op

revision = '0004_second_factor'
down_revision = '0003_transfer_steps'
branch_labels = None
depends_on = None

STAGES = ('code', 'enrol', 'whole')
ROLES = (
    'administrator', 'ministry_officer', 'regional_officer', 'regional_partner', 'implementer', 'trainer',
    'association_representative', 'trainee', 'auditor',
)  # fmt: skip


def upgrade() -> None:
    # Sessions that are open stay open; the first sensitive act asks their owners to confirm who they are.
    # Constraints of the columns themselves: SQLite then adds and drops them without copying the table.
    lite = op.get_bind().dialect.name == 'sqlite'
    kind, instant = ('TEXT', 'TEXT') if lite else ('VARCHAR(40)', 'TIMESTAMP WITH TIME ZONE')
    named = ', '.join(f"'{stage}'" for stage in STAGES)
    op.execute(
        f"ALTER TABLE web_session ADD COLUMN stage {kind} DEFAULT 'whole' NOT NULL "
        f"CONSTRAINT ck_web_session_stage CHECK (stage IN ({named}))"
    )
    if not lite:  # SQLite keeps the default, which it needs for the rows that were there
        op.execute("ALTER TABLE web_session ALTER COLUMN stage DROP DEFAULT")
    op.execute(f"ALTER TABLE web_session ADD COLUMN confirmed_at {instant}")
    op.execute(
        "ALTER TABLE web_session ADD COLUMN sees_as_id INTEGER "
        "CONSTRAINT fk_web_session_sees_as_id_account REFERENCES account (id)"
    )
    op.execute(f"ALTER TABLE web_session ADD COLUMN sees_as_at {instant}")

    op.create_table('second_factor',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('secret_sealed', sa.String(length=300), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_counter', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(secret_sealed) <= 300', name=op.f('ck_second_factor_secret_sealed_length')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_second_factor_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_second_factor')),
    sqlite_strict=True
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(digest) <= 64', name=op.f('ck_recovery_code_digest_length')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_recovery_code_digest')),
    sqlite_strict=True
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_account_id'), ['account_id'], unique=False)

    op.create_table('role_requirement',
    sa.Column('role', sa.Enum(*ROLES, name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('needs_second_factor', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('role', name=op.f('pk_role_requirement')),
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('role_requirement')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_account_id'))
    op.drop_table('recovery_code')
    op.drop_table('second_factor')
    # Without its second step a browser that stopped at the code would be signed in by the password alone.
    op.execute("DELETE FROM web_session WHERE stage <> 'whole'")
    for column in ('sees_as_at', 'sees_as_id', 'confirmed_at', 'stage'):
        op.execute(f"ALTER TABLE web_session DROP COLUMN {column}")
