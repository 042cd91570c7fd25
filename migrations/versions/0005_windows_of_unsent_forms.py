"""Which window wrote an unsent form last

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unsent_form", schema=None) as batch_op:
        batch_op.add_column(sa.Column("window", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unsent_form", schema=None) as batch_op:
        batch_op.drop_column("window")
