"""The exchange: clients and their tokens, receipts, decisions, objections, looks, hand-overs, signing keys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("scopes", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pulled_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint('length("name") <= 64', name=op.f("ck_api_client_name_length")),
        sa.CheckConstraint('length("party") <= 32', name=op.f("ck_api_client_party_length")),
        sa.CheckConstraint('length("scopes") <= 128', name=op.f("ck_api_client_scopes_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("name", name=op.f("uq_api_client_name")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('length("kid") <= 64', name=op.f("ck_signing_key_kid_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_key_kid")),
    )
    op.create_table(
        "client_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('length("kid") <= 64', name=op.f("ck_client_key_kid_length")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
            name=op.f("fk_client_key_client_id_api_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_key")),
        sa.UniqueConstraint("client_id", "kid", name="uq_client_key_client_kid"),
    )
    op.create_table(
        "client_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("body_hash") <= 64', name=op.f("ck_client_request_body_hash_length")),
        sa.CheckConstraint('length("request_id") <= 64', name=op.f("ck_client_request_request_id_length")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
            name=op.f("fk_client_request_client_id_api_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_request")),
        sa.UniqueConstraint("client_id", "request_id", name="uq_client_request_client_request"),
    )
    op.create_index("ix_client_request_received", "client_request", ["received_at"], unique=False)
    op.create_table(
        "used_assertion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("jti_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("jti_hash") <= 64', name=op.f("ck_used_assertion_jti_hash_length")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
            name=op.f("fk_used_assertion_client_id_api_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_assertion")),
        sa.UniqueConstraint("client_id", "jti_hash", name="uq_used_assertion_client_jti"),
    )
    op.create_index(op.f("ix_used_assertion_expires_at"), "used_assertion", ["expires_at"], unique=False)
    op.create_table(
        "access_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=128), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("scopes") <= 128', name=op.f("ck_access_token_scopes_length")),
        sa.CheckConstraint('length("token_hash") <= 64', name=op.f("ck_access_token_token_hash_length")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
            name=op.f("fk_access_token_client_id_api_client"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["client_key.id"], name=op.f("fk_access_token_key_id_client_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    op.create_index(op.f("ix_access_token_client_id"), "access_token", ["client_id"], unique=False)
    op.create_index(op.f("ix_access_token_expires_at"), "access_token", ["expires_at"], unique=False)
    op.create_index(op.f("ix_access_token_key_id"), "access_token", ["key_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("track", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("assurance", sa.String(length=16), nullable=True),
        sa.Column("exemption", sa.String(length=32), nullable=True),
        sa.Column("rule_version", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("revises", sa.String(length=32), nullable=True),
        sa.Column("seen", sa.String(length=16), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "(kind = 'correction') = (assurance IS NOT NULL)",
            name=op.f("ck_decision_correction_has_assurance"),
        ),
        sa.CheckConstraint(
            "(kind = 'correction') = (completed_on IS NOT NULL)", name=op.f("ck_decision_correction_has_day")
        ),
        sa.CheckConstraint(
            "assurance IN ('unsupervised', 'supervised')", name=op.f("ck_decision_assurance_known")
        ),
        sa.CheckConstraint(
            "kind = 'exemption' OR exemption IS NULL", name=op.f("ck_decision_exemption_has_word")
        ),
        sa.CheckConstraint(
            "kind IN ('correction', 'revocation', 'exemption')", name=op.f("ck_decision_kind_known")
        ),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR settled_by <> proposed_by", name=op.f("ck_decision_two_pairs_of_eyes")
        ),
        sa.CheckConstraint(
            "outcome IS NOT NULL OR reason_sealed IS NOT NULL", name=op.f("ck_decision_proposal_has_reason")
        ),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'refused', 'withdrawn')", name=op.f("ck_decision_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)",
            name=op.f("ck_decision_settled_whole"),
        ),
        sa.CheckConstraint('length("assurance") <= 16', name=op.f("ck_decision_assurance_length")),
        sa.CheckConstraint('length("exemption") <= 32', name=op.f("ck_decision_exemption_length")),
        sa.CheckConstraint('length("key") <= 32', name=op.f("ck_decision_key_length")),
        sa.CheckConstraint('length("kind") <= 16', name=op.f("ck_decision_kind_length")),
        sa.CheckConstraint('length("outcome") <= 16', name=op.f("ck_decision_outcome_length")),
        sa.CheckConstraint('length("reference") <= 32', name=op.f("ck_decision_reference_length")),
        sa.CheckConstraint('length("revises") <= 32', name=op.f("ck_decision_revises_length")),
        sa.CheckConstraint('length("rule_version") <= 64', name=op.f("ck_decision_rule_version_length")),
        sa.CheckConstraint('length("seen") <= 16', name=op.f("ck_decision_seen_length")),
        sa.CheckConstraint('length("track") <= 32', name=op.f("ck_decision_track_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("key", name=op.f("uq_decision_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_decision_reference")),
    )
    op.create_index(op.f("ix_decision_person_id"), "decision", ["person_id"], unique=False)
    op.create_index("ix_decision_waiting", "decision", ["settled_at", "id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("agency", sa.String(length=32), nullable=False),
        sa.Column("noted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("agency") <= 32', name=op.f("ck_handover_agency_length")),
        sa.CheckConstraint('length("postcode") <= 4', name=op.f("ck_handover_postcode_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_person_id"), "handover", ["person_id"], unique=False)
    op.create_table(
        "look",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('length("key") <= 32', name=op.f("ck_look_key_length")),
        sa.CheckConstraint('length("reason") <= 32', name=op.f("ck_look_reason_length")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_look_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("key", name=op.f("uq_look_key")),
    )
    op.create_index(op.f("ix_look_ends_at"), "look", ["ends_at"], unique=False)
    op.create_index(op.f("ix_look_person_id"), "look", ["person_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("track", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'refused')", name=op.f("ck_objection_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (answered_at IS NULL) AND (outcome IS NULL) = (answered_by IS NULL) AND (outcome IS NULL) = (answer_sealed IS NULL)",
            name=op.f("ck_objection_answered_whole"),
        ),
        sa.CheckConstraint('length("key") <= 32', name=op.f("ck_objection_key_length")),
        sa.CheckConstraint('length("locale") <= 8', name=op.f("ck_objection_locale_length")),
        sa.CheckConstraint('length("outcome") <= 16', name=op.f("ck_objection_outcome_length")),
        sa.CheckConstraint('length("track") <= 32', name=op.f("ck_objection_track_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_objection_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("key", name=op.f("uq_objection_key")),
    )
    op.create_index(op.f("ix_objection_person_id"), "objection", ["person_id"], unique=False)
    op.create_index("ix_objection_waiting", "objection", ["answered_at", "id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'rejected') = (code IS NOT NULL)", name=op.f("ck_receipt_refusal_has_code")
        ),
        sa.CheckConstraint("status IN ('accepted', 'rejected')", name=op.f("ck_receipt_status_known")),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL)", name=op.f("ck_receipt_handled_whole")
        ),
        sa.CheckConstraint('length("client") <= 64', name=op.f("ck_receipt_client_length")),
        sa.CheckConstraint('length("code") <= 64', name=op.f("ck_receipt_code_length")),
        sa.CheckConstraint('length("status") <= 16', name=op.f("ck_receipt_status_length")),
        sa.ForeignKeyConstraint(
            ["feed_event_id"],
            ["feed_event.id"],
            name=op.f("fk_receipt_feed_event_id_feed_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index("ix_feed_event_created", "feed_event", ["created_at", "recipient"], unique=False)
    op.create_index(op.f("ix_receipt_feed_event_id"), "receipt", ["feed_event_id"], unique=False)
    op.create_index("ix_receipt_status_handled", "receipt", ["status", "handled_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_feed_event_created", table_name="feed_event")
    op.drop_index("ix_receipt_status_handled", table_name="receipt")
    op.drop_index(op.f("ix_receipt_feed_event_id"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_index("ix_objection_waiting", table_name="objection")
    op.drop_index(op.f("ix_objection_person_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_look_person_id"), table_name="look")
    op.drop_index(op.f("ix_look_ends_at"), table_name="look")
    op.drop_table("look")
    op.drop_index(op.f("ix_handover_person_id"), table_name="handover")
    op.drop_table("handover")
    op.drop_index(op.f("ix_decision_person_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_access_token_key_id"), table_name="access_token")
    op.drop_index(op.f("ix_access_token_expires_at"), table_name="access_token")
    op.drop_index(op.f("ix_access_token_client_id"), table_name="access_token")
    op.drop_table("access_token")
    op.drop_index(op.f("ix_used_assertion_expires_at"), table_name="used_assertion")
    op.drop_table("used_assertion")
    op.drop_index("ix_client_request_received", table_name="client_request")
    op.drop_table("client_request")
    op.drop_table("client_key")
    op.drop_table("signing_key")
    op.drop_table("api_client")
