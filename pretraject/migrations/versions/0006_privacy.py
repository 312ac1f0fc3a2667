"""Who was erased, and figures about questions that outlive the answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_key", sa.String(length=32), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("person_key") <= 32', name=op.f("ck_erasure_person_key_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_key", name=op.f("uq_erasure_person_key")),
    )
    op.create_table(
        "item_figure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("answered_count", sa.Integer(), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "right_count BETWEEN 0 AND answered_count", name=op.f("ck_item_figure_right_within_answered")
        ),
        sa.CheckConstraint('length("question_id") <= 16', name=op.f("ck_item_figure_question_id_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_item_figure_locale_length")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_item_figure_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_figure")),
        sa.UniqueConstraint(
            "release_id", "question_id", "locale", name="uq_item_figure_release_question_locale"
        ),
    )


def downgrade() -> None:
    op.drop_table("item_figure")
    op.drop_table("erasure")
