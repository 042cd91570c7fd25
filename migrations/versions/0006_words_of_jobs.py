"""Words of jobs with their message ids: longer than the text they make in one language

What is there stays as it is: plain text is read as a sentence without parameters.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.alter_column("sentence", existing_type=sa.String(length=300), type_=sa.Text(), nullable=True)
        batch_op.alter_column("error", existing_type=sa.String(length=300), type_=sa.Text(), existing_nullable=True)


def downgrade() -> None:
    op.execute("UPDATE job SET sentence = substr(coalesce(sentence, ''), 1, 300), error = substr(error, 1, 300)")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.alter_column("error", existing_type=sa.Text(), type_=sa.String(length=300), existing_nullable=True)
        batch_op.alter_column("sentence", existing_type=sa.Text(), type_=sa.String(length=300), nullable=False)
