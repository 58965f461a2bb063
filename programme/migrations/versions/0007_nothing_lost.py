"""Versions and keys by which nothing is lost"""

import sqlalchemy as sa
from alembic import op

revision = '0007_nothing_lost'
down_revision = '0006_prepared_exports'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
