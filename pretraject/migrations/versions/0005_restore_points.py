"""How much of each feed stayed when the database was restored."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restore_point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("recipient") <= 32', name=op.f("ck_restore_point_recipient_length")),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_restore_point_hash_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_point")),
        sa.UniqueConstraint("recipient", "restored_at", name="uq_restore_point_recipient_restored_at"),
    )


def downgrade() -> None:
    op.drop_table("restore_point")
