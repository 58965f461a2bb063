"""Exports prepared beside the requests, and their progress"""

import sqlalchemy as sa
from alembic import op

revision = '0006_prepared_exports'
down_revision = '0005_personal_requests'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
