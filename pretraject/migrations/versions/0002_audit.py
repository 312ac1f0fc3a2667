"""Who looked at a person's data."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('staff', 'client', 'operator')", name=op.f("ck_audit_entry_actor_kind_known")
        ),
        sa.CheckConstraint(
            "(actor_kind = 'staff') = (actor_id IS NOT NULL)", name=op.f("ck_audit_entry_staff_has_id")
        ),
        sa.CheckConstraint(
            "(actor_kind = 'client') = (actor_name IS NOT NULL)", name=op.f("ck_audit_entry_client_has_name")
        ),
        sa.CheckConstraint('length("action") <= 48', name=op.f("ck_audit_entry_action_length")),
        sa.CheckConstraint('length("actor_kind") <= 16', name=op.f("ck_audit_entry_actor_kind_length")),
        sa.CheckConstraint('length("actor_name") <= 64', name=op.f("ck_audit_entry_actor_name_length")),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_audit_entry_hash_length")),
        sa.CheckConstraint('length("previous_hash") <= 64', name=op.f("ck_audit_entry_previous_hash_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_entry_seq")),
    )
    op.create_index("ix_audit_entry_person_seq", "audit_entry", ["person_id", "seq"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("first_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.CheckConstraint('length("first_hash") <= 64', name=op.f("ck_audit_head_first_hash_length")),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_audit_head_hash_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_person_seq", table_name="audit_entry")
    op.drop_table("audit_entry")
