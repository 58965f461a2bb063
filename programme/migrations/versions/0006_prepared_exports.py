"""Exports prepared beside the requests and their progress, mail that waits for a server, the work of each day"""

import sqlalchemy as sa
from alembic import op

revision = '0006_prepared_exports'
down_revision = '0005_personal_requests'
branch_labels = None
depends_on = None

STATES = ('asked', 'running', 'ready', 'failed', 'cancelled', 'expired')


def upgrade() -> None:
    op.create_table('daily_run',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=100), nullable=True),
    sa.CheckConstraint('length(name) <= 60', name=op.f('ck_daily_run_name_length')),
    sa.CheckConstraint('length(failure) <= 100', name=op.f('ck_daily_run_failure_length')),
    sa.PrimaryKeyConstraint('name', 'on_day', name=op.f('pk_daily_run')),
    sqlite_strict=True
    )

    op.create_table('waiting_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_mail')),
    sqlite_strict=True
    )
    with op.batch_alter_table('waiting_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_waiting_mail_next_at'), ['next_at'], unique=False)

    op.create_table('prepared_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('report', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('parameters', sa.String(length=4000), nullable=False),
    sa.Column('ask_key', sa.String(length=64), nullable=True),
    sa.Column('state', sa.Enum(*STATES, name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('progress', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stored_name', sa.String(length=80), nullable=True),
    sa.Column('display_name', sa.String(length=255), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('failure', sa.String(length=500), nullable=True),
    sa.CheckConstraint('progress BETWEEN 0 AND 100', name=op.f('ck_prepared_export_progress')),
    sa.CheckConstraint("state <> 'ready' OR (stored_name IS NOT NULL AND sha256 IS NOT NULL AND scope IS NOT NULL)", name=op.f('ck_prepared_export_ready')),
    sa.CheckConstraint('length(report) <= 60', name=op.f('ck_prepared_export_report_length')),
    sa.CheckConstraint('length(kind) <= 8', name=op.f('ck_prepared_export_kind_length')),
    sa.CheckConstraint('length(language) <= 2', name=op.f('ck_prepared_export_language_length')),
    sa.CheckConstraint('length(parameters) <= 4000', name=op.f('ck_prepared_export_parameters_length')),
    sa.CheckConstraint('length(ask_key) <= 64', name=op.f('ck_prepared_export_ask_key_length')),
    sa.CheckConstraint('length(stored_name) <= 80', name=op.f('ck_prepared_export_stored_name_length')),
    sa.CheckConstraint('length(display_name) <= 255', name=op.f('ck_prepared_export_display_name_length')),
    sa.CheckConstraint('length(sha256) <= 64', name=op.f('ck_prepared_export_sha256_length')),
    sa.CheckConstraint('length(failure) <= 500', name=op.f('ck_prepared_export_failure_length')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_prepared_export_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prepared_export')),
    sa.UniqueConstraint('ask_key', name=op.f('uq_prepared_export_ask_key')),
    sa.UniqueConstraint('stored_name', name=op.f('uq_prepared_export_stored_name')),
    sqlite_strict=True
    )
    with op.batch_alter_table('prepared_export', schema=None) as batch_op:
        batch_op.create_index('ix_prepared_export_own', ['account_id', 'asked_at'], unique=False)
        batch_op.create_index('ix_prepared_export_due', ['state', 'expires_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('prepared_export', schema=None) as batch_op:
        batch_op.drop_index('ix_prepared_export_due')
        batch_op.drop_index('ix_prepared_export_own')
    op.drop_table('prepared_export')
    with op.batch_alter_table('waiting_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_waiting_mail_next_at'))
    op.drop_table('waiting_mail')
    op.drop_table('daily_run')
