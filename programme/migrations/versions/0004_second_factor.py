"""Accounts: second factor, sessions, what an administrator asks of a role"""

import sqlalchemy as sa
from alembic import op

revision = '0004_second_factor'
down_revision = '0003_transfer_steps'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
