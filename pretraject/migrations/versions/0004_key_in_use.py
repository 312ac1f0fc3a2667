"""Which key a database was made with."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_in_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_in_use_only_one")),
        sa.CheckConstraint('length("fingerprint") <= 64', name=op.f("ck_key_in_use_fingerprint_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_in_use")),
    )


def downgrade() -> None:
    op.drop_table("key_in_use")
