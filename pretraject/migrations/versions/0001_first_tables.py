"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=255), nullable=True),
        sa.Column("secret_kind", sa.String(length=16), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("second_locale", sa.String(length=8), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('learner', 'staff')", name=op.f("ck_account_kind_known")),
        sa.CheckConstraint("secret_kind IN ('pin', 'password')", name=op.f("ck_account_secret_kind_known")),
        sa.CheckConstraint(
            "(secret_hash IS NULL) = (secret_kind IS NULL)", name=op.f("ck_account_secret_whole")
        ),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_account_kind_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_account_locale_length")),
        sa.CheckConstraint('length("second_locale") <= 8', name=op.f("ck_account_second_locale_length")),
        sa.CheckConstraint('length("secret_hash") <= 255', name=op.f("ck_account_secret_hash_length")),
        sa.CheckConstraint('length("secret_kind") <= 16', name=op.f("ck_account_secret_kind_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "feed_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_feed_head_hash_length")),
        sa.CheckConstraint('length("recipient") <= 32', name=op.f("ck_feed_head_recipient_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_head")),
        sa.UniqueConstraint("recipient", name=op.f("uq_feed_head_recipient")),
    )
    op.create_table(
        "module",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("current_release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint('length("slug") <= 64', name=op.f("ck_module_slug_length")),
        sa.ForeignKeyConstraint(
            ["current_release_id"],
            ["release.id"],
            name="fk_module_current_release_id_release",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("slug", name=op.f("uq_module_slug")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("fingerprint") <= 64', name=op.f("ck_policy_version_fingerprint_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_policy_version_fingerprint")),
    )
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_version_current_since"), ["current_since"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('code', 'name', 'address')", name=op.f("ck_throttle_kind_known")),
        sa.CheckConstraint('length("key_hash") <= 64', name=op.f("ck_throttle_key_hash_length")),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_throttle_kind_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_throttle")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_throttle_key_hash")),
    )
    op.create_table(
        "working_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint('length("loaded_hash") <= 64', name=op.f("ck_working_file_loaded_hash_length")),
        sa.CheckConstraint('length("path") <= 255', name=op.f("ck_working_file_path_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_file")),
        sa.UniqueConstraint("path", name=op.f("uq_working_file_path")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("declared_group", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint('length("declared_group") <= 16', name=op.f("ck_person_declared_group_length")),
        sa.CheckConstraint('length("key") <= 32', name=op.f("ck_person_key_length")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_account_id_account")),
        sa.ForeignKeyConstraint(["joined_id"], ["person.id"], name=op.f("fk_person_joined_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("account_id", name=op.f("uq_person_account_id")),
        sa.UniqueConstraint("key", name=op.f("uq_person_key")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_joined_id"), ["joined_id"], unique=False)

    op.create_table(
        "policy_taken_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("state") <= 16', name=op.f("ck_policy_taken_up_state_length")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_policy_taken_up_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_taken_up")),
        sa.UniqueConstraint("state", name=op.f("uq_policy_taken_up_state")),
    )
    with op.batch_alter_table("policy_taken_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_policy_taken_up_policy_version_id"), ["policy_version_id"], unique=False
        )

    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("values_drawn", sa.Integer(), nullable=True),
        sa.Column("practical_drawn", sa.Integer(), nullable=True),
        sa.CheckConstraint('length("fingerprint") <= 64', name=op.f("ck_release_fingerprint_length")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_release_module_id_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("module_id", "fingerprint", name="uq_release_module_fingerprint"),
        sa.UniqueConstraint("module_id", "number", name="uq_release_module_number"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('length("token_hash") <= 64', name=op.f("ck_sign_in_token_hash_length")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_in_name",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value_index", sa.String(length=64), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'code') = (value_sealed IS NULL)", name=op.f("ck_sign_in_name_code_not_readable")
        ),
        sa.CheckConstraint("kind IN ('code', 'email', 'staff')", name=op.f("ck_sign_in_name_kind_known")),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_sign_in_name_kind_length")),
        sa.CheckConstraint('length("value_index") <= 64', name=op.f("ck_sign_in_name_value_index_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_name_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_name")),
        sa.UniqueConstraint("kind", "value_index", name="uq_sign_in_name_kind_value"),
    )
    with op.batch_alter_table("sign_in_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_name_account_id"), ["account_id"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp_step", sa.Integer(), nullable=True),
        sa.Column("setup_hash", sa.String(length=64), nullable=True),
        sa.Column("setup_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('editor', 'translator', 'reviewer', 'publisher', 'counsellor', 'case-worker', 'administrator')",
            name=op.f("ck_staff_member_role_known"),
        ),
        sa.CheckConstraint(
            "(setup_hash IS NULL) = (setup_expires_at IS NULL)", name=op.f("ck_staff_member_setup_whole")
        ),
        sa.CheckConstraint('length("role") <= 16', name=op.f("ck_staff_member_role_length")),
        sa.CheckConstraint('length("setup_hash") <= 64', name=op.f("ck_staff_member_setup_hash_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_staff_member_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("account_id", name=op.f("uq_staff_member_account_id")),
        sa.UniqueConstraint("setup_hash", name=op.f("uq_staff_member_setup_hash")),
    )
    op.create_table(
        "translation_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("context", sa.String(length=64), nullable=False),
        sa.Column("drafted", sa.Boolean(), nullable=False),
        sa.CheckConstraint('length("context") <= 64', name=op.f("ck_translation_state_context_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_translation_state_locale_length")),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_translation_state_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_state")),
        sa.UniqueConstraint(
            "module_id", "locale", "context", name="uq_translation_state_module_locale_context"
        ),
    )
    op.create_table(
        "access_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('length("code_index") <= 64', name=op.f("ck_access_code_code_index_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_code")),
        sa.UniqueConstraint("code_index", name=op.f("uq_access_code_code_index")),
    )
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.create_index("ix_access_code_person_ended", ["person_id", "ended_at"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted", sa.Boolean(), nullable=False),
        sa.Column("enrolment_rule", sa.String(length=64), nullable=True),
        sa.Column("submission_rule", sa.String(length=64), nullable=True),
        sa.Column("judged_by", sa.String(length=16), nullable=True),
        sa.Column("judgement", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "judged_by IN ('enrolment', 'submission')", name=op.f("ck_attempt_judged_by_known")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (passed IS NULL) AND (submitted_at IS NULL) = (judged_by IS NULL)",
            name=op.f("ck_attempt_judged_when_submitted"),
        ),
        sa.CheckConstraint('length("enrolment_rule") <= 64', name=op.f("ck_attempt_enrolment_rule_length")),
        sa.CheckConstraint('length("judged_by") <= 16', name=op.f("ck_attempt_judged_by_length")),
        sa.CheckConstraint('length("module") <= 64', name=op.f("ck_attempt_module_length")),
        sa.CheckConstraint('length("public_id") <= 32', name=op.f("ck_attempt_public_id_length")),
        sa.CheckConstraint('length("submission_rule") <= 64', name=op.f("ck_attempt_submission_rule_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_attempt_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("person_id", "module", "number", name="uq_attempt_person_module_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_attempt_public_id")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_release_id"), ["release_id"], unique=False)
        batch_op.create_index(
            "uq_attempt_open",
            ["person_id", "module"],
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )

    op.create_table(
        "identifier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('fileNumber', 'insz')", name=op.f("ck_identifier_kind_known")),
        sa.CheckConstraint('length("issuer") <= 32', name=op.f("ck_identifier_issuer_length")),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_identifier_kind_length")),
        sa.CheckConstraint('length("value_index") <= 64', name=op.f("ck_identifier_value_index_length")),
        sa.CheckConstraint('length("verified_by") <= 64', name=op.f("ck_identifier_verified_by_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identifier_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier")),
        sa.UniqueConstraint("issuer", "kind", "value_index", name="uq_identifier_issuer_kind_value"),
    )
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identifier_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lesson_read",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(length=64), nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("lesson") <= 64', name=op.f("ck_lesson_read_lesson_length")),
        sa.CheckConstraint('length("module") <= 64', name=op.f("ck_lesson_read_module_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lesson_read_person_id_person")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_lesson_read_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_read")),
        sa.UniqueConstraint("person_id", "module", "lesson", name="uq_lesson_read_person_module_lesson"),
    )
    with op.batch_alter_table("lesson_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_read_release_id"), ["release_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(length=64), nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("lesson") <= 64', name=op.f("ck_place_lesson_length")),
        sa.CheckConstraint('length("module") <= 64', name=op.f("ck_place_module_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_place_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("person_id", name=op.f("uq_place_person_id")),
    )
    op.create_table(
        "release_lesson",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("skeleton", sa.JSON(), nullable=False),
        sa.Column("picture", sa.String(length=100), nullable=True),
        sa.Column("picture_hash", sa.String(length=64), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.CheckConstraint('length("picture") <= 100', name=op.f("ck_release_lesson_picture_length")),
        sa.CheckConstraint(
            'length("picture_hash") <= 64', name=op.f("ck_release_lesson_picture_hash_length")
        ),
        sa.CheckConstraint('length("slug") <= 64', name=op.f("ck_release_lesson_slug_length")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_lesson_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_lesson")),
        sa.UniqueConstraint("release_id", "slug", name="uq_release_lesson_release_slug"),
    )
    op.create_table(
        "release_media",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_release_media_hash_length")),
        sa.CheckConstraint('length("mime") <= 64', name=op.f("ck_release_media_mime_length")),
        sa.CheckConstraint('length("name") <= 100', name=op.f("ck_release_media_name_length")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_media_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_media")),
        sa.UniqueConstraint("release_id", "name", name="uq_release_media_release_name"),
    )
    with op.batch_alter_table("release_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_media_hash"), ["hash"], unique=False)

    op.create_table(
        "release_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_release_question_kind_length")),
        sa.CheckConstraint('length("lesson") <= 64', name=op.f("ck_release_question_lesson_length")),
        sa.CheckConstraint(
            'length("question_id") <= 16', name=op.f("ck_release_question_question_id_length")
        ),
        sa.CheckConstraint('length("theme") <= 32', name=op.f("ck_release_question_theme_length")),
        sa.CheckConstraint('length("type") <= 16', name=op.f("ck_release_question_type_length")),
        sa.CheckConstraint('length("use") <= 16', name=op.f("ck_release_question_use_length")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_question_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_question")),
        sa.UniqueConstraint("release_id", "question_id", name="uq_release_question_release_question"),
    )
    op.create_table(
        "release_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("context", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.CheckConstraint('length("context") <= 64', name=op.f("ck_release_text_context_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_release_text_locale_length")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_text_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_text")),
        sa.UniqueConstraint("release_id", "context", "locale", name="uq_release_text_release_context_locale"),
    )
    op.create_table(
        "track_completion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("track", sa.String(length=32), nullable=False),
        sa.Column("rule_version", sa.String(length=64), nullable=False),
        sa.Column("judged_by", sa.String(length=16), nullable=False),
        sa.Column("assurance", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "assurance IN ('unsupervised', 'supervised')", name=op.f("ck_track_completion_assurance_known")
        ),
        sa.CheckConstraint(
            "judged_by IN ('enrolment', 'submission')", name=op.f("ck_track_completion_judged_by_known")
        ),
        sa.CheckConstraint('length("assurance") <= 16', name=op.f("ck_track_completion_assurance_length")),
        sa.CheckConstraint('length("judged_by") <= 16', name=op.f("ck_track_completion_judged_by_length")),
        sa.CheckConstraint('length("reference") <= 32', name=op.f("ck_track_completion_reference_length")),
        sa.CheckConstraint(
            'length("rule_version") <= 64', name=op.f("ck_track_completion_rule_version_length")
        ),
        sa.CheckConstraint('length("track") <= 32', name=op.f("ck_track_completion_track_length")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_track_completion_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track_completion")),
        sa.UniqueConstraint("person_id", "track", name="uq_track_completion_person_track"),
        sa.UniqueConstraint("reference", name=op.f("uq_track_completion_reference")),
    )
    op.create_table(
        "drawn_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_drawn_question_kind_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_drawn_question_locale_length")),
        sa.CheckConstraint('length("question_id") <= 16', name=op.f("ck_drawn_question_question_id_length")),
        sa.CheckConstraint('length("type") <= 16', name=op.f("ck_drawn_question_type_length")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_drawn_question_attempt_id_attempt"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_question")),
        sa.UniqueConstraint("attempt_id", "position", name="uq_drawn_question_attempt_position"),
        sa.UniqueConstraint("attempt_id", "question_id", name="uq_drawn_question_attempt_question"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(length=32), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("competent_region", sa.String(length=32), nullable=False),
        sa.Column("permit_expiry", sa.Date(), nullable=True),
        sa.Column("arrival_date", sa.Date(), nullable=True),
        sa.Column("exemption", sa.String(length=32), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            'length("competent_region") <= 32', name=op.f("ck_enrolment_competent_region_length")
        ),
        sa.CheckConstraint('length("exemption") <= 32', name=op.f("ck_enrolment_exemption_length")),
        sa.CheckConstraint('length("group") <= 16', name=op.f("ck_enrolment_group_length")),
        sa.CheckConstraint('length("issuer") <= 32', name=op.f("ck_enrolment_issuer_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_enrolment_locale_length")),
        sa.ForeignKeyConstraint(
            ["identifier_id"], ["identifier.id"], name=op.f("fk_enrolment_identifier_id_identifier")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name=op.f("fk_enrolment_policy_version_id_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("identifier_id", name=op.f("uq_enrolment_identifier_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enrolment_policy_version_id"), ["policy_version_id"], unique=False
        )

    op.create_table(
        "feed_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("track_completion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (previous_hash IS NULL) AND (seq IS NULL) = (stamped_at IS NULL)",
            name=op.f("ck_feed_event_stamped_whole"),
        ),
        sa.CheckConstraint('length("hash") <= 64', name=op.f("ck_feed_event_hash_length")),
        sa.CheckConstraint('length("key") <= 80', name=op.f("ck_feed_event_key_length")),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_feed_event_kind_length")),
        sa.CheckConstraint('length("previous_hash") <= 64', name=op.f("ck_feed_event_previous_hash_length")),
        sa.CheckConstraint('length("recipient") <= 32', name=op.f("ck_feed_event_recipient_length")),
        sa.CheckConstraint('length("salt") <= 32', name=op.f("ck_feed_event_salt_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_event_person_id_person")),
        sa.ForeignKeyConstraint(
            ["track_completion_id"],
            ["track_completion.id"],
            name=op.f("fk_feed_event_track_completion_id_track_completion"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_event")),
        sa.UniqueConstraint("recipient", "key", name="uq_feed_event_recipient_key"),
        sa.UniqueConstraint("recipient", "seq", name="uq_feed_event_recipient_seq"),
    )
    with op.batch_alter_table("feed_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_event_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_feed_event_track_completion_id"), ["track_completion_id"], unique=False
        )
        batch_op.create_index(
            "ix_feed_event_waiting",
            ["recipient", "id"],
            unique=False,
            sqlite_where=sa.text("seq IS NULL"),
            postgresql_where=sa.text("seq IS NULL"),
        )

    op.create_table(
        "module_completion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("release_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_version", sa.String(length=64), nullable=False),
        sa.Column("assurance", sa.String(length=16), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "assurance IN ('unsupervised', 'supervised')", name=op.f("ck_module_completion_assurance_known")
        ),
        sa.CheckConstraint(
            "basis <> 'followed' OR attempt_id IS NULL",
            name=op.f("ck_module_completion_reading_has_no_attempt"),
        ),
        sa.CheckConstraint(
            "basis IN ('followed', 'tested', 'passed')", name=op.f("ck_module_completion_basis_known")
        ),
        sa.CheckConstraint('length("assurance") <= 16', name=op.f("ck_module_completion_assurance_length")),
        sa.CheckConstraint('length("basis") <= 16', name=op.f("ck_module_completion_basis_length")),
        sa.CheckConstraint('length("module") <= 64', name=op.f("ck_module_completion_module_length")),
        sa.CheckConstraint(
            'length("rule_version") <= 64', name=op.f("ck_module_completion_rule_version_length")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_module_completion_attempt_id_attempt"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_module_completion_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_module_completion_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_completion")),
        sa.UniqueConstraint("person_id", "module", "basis", name="uq_module_completion_person_module_basis"),
    )
    with op.batch_alter_table("module_completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_completion_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_module_completion_release_id"), ["release_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":  # SQLite has it in the table already
        op.create_foreign_key(
            "fk_module_current_release_id_release", "module", "release", ["current_release_id"], ["id"]
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_module_current_release_id_release", "module", type_="foreignkey")
    with op.batch_alter_table("module_completion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_module_completion_release_id"))
        batch_op.drop_index(batch_op.f("ix_module_completion_attempt_id"))

    op.drop_table("module_completion")
    with op.batch_alter_table("feed_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_feed_event_waiting",
            sqlite_where=sa.text("seq IS NULL"),
            postgresql_where=sa.text("seq IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_feed_event_track_completion_id"))
        batch_op.drop_index(batch_op.f("ix_feed_event_person_id"))

    op.drop_table("feed_event")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_policy_version_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_person_id"))

    op.drop_table("enrolment")
    op.drop_table("drawn_question")
    op.drop_table("track_completion")
    op.drop_table("release_text")
    op.drop_table("release_question")
    with op.batch_alter_table("release_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_media_hash"))

    op.drop_table("release_media")
    op.drop_table("release_lesson")
    op.drop_table("place")
    with op.batch_alter_table("lesson_read", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_read_release_id"))

    op.drop_table("lesson_read")
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identifier_person_id"))

    op.drop_table("identifier")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_open",
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_attempt_release_id"))

    op.drop_table("attempt")
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.drop_index("ix_access_code_person_ended")

    op.drop_table("access_code")
    op.drop_table("translation_state")
    op.drop_table("staff_member")
    with op.batch_alter_table("sign_in_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_name_account_id"))

    op.drop_table("sign_in_name")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    op.drop_table("release")
    with op.batch_alter_table("policy_taken_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_taken_up_policy_version_id"))

    op.drop_table("policy_taken_up")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_joined_id"))

    op.drop_table("person")
    op.drop_table("working_file")
    op.drop_table("throttle")
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_version_current_since"))

    op.drop_table("policy_version")
    op.drop_table("module")
    op.drop_table("feed_head")
    op.drop_table("account")
