"""Whether a second reader chose a question's answer from the translation alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "translation_state", sa.Column("key_read", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("translation_state") as table:
        table.drop_column("key_read")
