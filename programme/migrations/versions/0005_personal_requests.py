"""Requests of the persons whom the data tell of, what becomes of them, and the texts that they consented to"""

import sqlalchemy as sa
from alembic import op

revision = '0005_personal_requests'
down_revision = '0004_second_factor'
branch_labels = None
depends_on = None

KINDS = ('access', 'correction', 'objection', 'erasure')
CHANNELS = ('counter', 'post', 'email', 'phone', 'account')
STATES = ('received', 'checked', 'granted', 'refused', 'done')
PURPOSES = ('processing', 'photo', 'partner_sharing')


def _choice(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _length(table: str, column: str, length: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f'length({column}) <= {length}', name=op.f(f'ck_{table}_{column}_length'))


def upgrade() -> None:
    op.create_table('consent_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', _choice(PURPOSES, 'purpose'), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    _length('consent_text', 'version', 20),
    _length('consent_text', 'language', 2),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_consent_text_recorded_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_text')),
    sa.UniqueConstraint('purpose', 'version', 'language', name=op.f('uq_consent_text_purpose_version_language')),
    sqlite_strict=True
    )

    op.create_table('personal_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('kind', _choice(KINDS, 'kind'), nullable=False),
    sa.Column('channel', _choice(CHANNELS, 'channel'), nullable=False),
    sa.Column('asker', sa.String(length=200), nullable=True),
    sa.Column('contact', sa.String(length=300), nullable=True),
    sa.Column('details', sa.String(length=2000), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', _choice(STATES, 'state'), nullable=False),
    sa.Column('proof', sa.String(length=300), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    _length('personal_request', 'asker', 200),
    _length('personal_request', 'contact', 300),
    _length('personal_request', 'details', 2000),
    _length('personal_request', 'proof', 300),
    _length('personal_request', 'reason', 1000),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_personal_request_decided_by_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_personal_request_person_id_person')),
    sa.ForeignKeyConstraint(
        ['recorded_by_id'], ['account.id'], name=op.f('fk_personal_request_recorded_by_id_account')
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_request')),
    sqlite_strict=True
    )
    with op.batch_alter_table('personal_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_personal_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_personal_request_due', ['state', 'due_on', 'id'], unique=False)

    # Plain ALTERs: SQLite then adds a column, and a link to another table, without copying this one.
    sqlite = op.get_bind().dialect.name == 'sqlite'
    op.execute(
        "ALTER TABLE consent ADD COLUMN text_id INTEGER "
        "CONSTRAINT fk_consent_text_id_consent_text REFERENCES consent_text (id)"
    )
    op.execute(f"ALTER TABLE person ADD COLUMN erased_at {'TEXT' if sqlite else 'TIMESTAMP WITH TIME ZONE'}")


def downgrade() -> None:
    op.execute("ALTER TABLE person DROP COLUMN erased_at")
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_column('text_id')
    with op.batch_alter_table('personal_request', schema=None) as batch_op:
        batch_op.drop_index('ix_personal_request_due')
        batch_op.drop_index(batch_op.f('ix_personal_request_person_id'))
    op.drop_table('personal_request')
    op.drop_table('consent_text')
