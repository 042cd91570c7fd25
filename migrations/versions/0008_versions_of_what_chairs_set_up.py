"""Versions of tracks, session types, rooms and criteria, so that one chair does not overwrite another unseen

The default lets code of the release before go on adding rows.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("track", "session_type", "room", "criterion")


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column(
                    "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False
                )
            )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("version")
