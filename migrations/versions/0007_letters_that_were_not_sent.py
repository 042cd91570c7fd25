"""When a letter was last tried and whom it names, and a way to find letters by their state

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

import plumbing.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipient_name", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("tried_at", plumbing.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_delivery_state", ["conference_id", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_state")
        batch_op.drop_column("tried_at")
        batch_op.drop_column("recipient_name")
