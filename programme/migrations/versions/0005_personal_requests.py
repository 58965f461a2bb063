"""Requests of the persons whom the data tell of, and what becomes of them"""

import sqlalchemy as sa
from alembic import op

revision = '0005_personal_requests'
down_revision = '0004_second_factor'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
