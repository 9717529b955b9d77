"""What the staff console keeps: its users, the list of conversations, reviews, the audit.

The list is filled from the events as the program runs (bot/store/projection.py), not here.
"""

import sqlalchemy as sa
from alembic import op

revision = "console1"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "audit",
    "canned_replies",
    "conversations",
    "corrections",
    "duties",
    "handoffs",
    "invitations",
    "jobs",
    "leases",
    "marks",
    "notes",
    "sign_in_failures",
    "spoken",
    "staff_replies",
    "tags",
    "tallies",
    "user_sessions",
    "users",
)

# Full-text search: SQLite keeps an index beside the table, by triggers.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE spoken_words USING fts5("
    "text, content='spoken', content_rowid='id', tokenize='porter unicode61')",
    "CREATE TRIGGER spoken_added AFTER INSERT ON spoken BEGIN "
    "INSERT INTO spoken_words(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER spoken_gone AFTER DELETE ON spoken BEGIN "
    "INSERT INTO spoken_words(spoken_words, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER spoken_changed AFTER UPDATE OF text ON spoken BEGIN "
    "INSERT INTO spoken_words(spoken_words, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO spoken_words(rowid, text) VALUES (new.id, new.text); END",
)
POSTGRESQL_SEARCH = (
    "CREATE INDEX ix_spoken_words ON spoken USING gin (to_tsvector('english', text))",
)

# Lines of the audit are only ever added.
SQLITE_AUDIT = tuple(
    f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
    for what in ("UPDATE", "DELETE")
)
POSTGRESQL_AUDIT = (
    "CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION audit_is_only_added_to()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()",
)


def upgrade() -> None:
    """Make the tables, the full-text index and the audit's guards."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=True),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_ref", "audit", ["ref"])
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
    )
    op.create_table(
        "conversations",
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("condition", sa.String(200), nullable=False),
        sa.Column("first_at", sa.Float, nullable=False),
        sa.Column("last_at", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("last_words", sa.String(200), nullable=False),
        sa.Column("last_by", sa.String(10), nullable=False),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("emergency_at", sa.Float, nullable=True),
        sa.Column("crisis_at", sa.Float, nullable=True),
        sa.Column("wanted_at", sa.Float, nullable=True),
        sa.Column("missed_at", sa.Float, nullable=True),
        sa.Column("negative_at", sa.Float, nullable=True),
        sa.Column("undelivered_at", sa.Float, nullable=True),
        sa.Column("unread_at", sa.Float, nullable=True),
        sa.Column("paused_at", sa.Float, nullable=True),
        sa.Column("reviewed_at", sa.Float, nullable=True),
        sa.Column("reviewed_by", sa.Integer, nullable=True),
        sa.Column("assigned_to", sa.Integer, nullable=True),
        sa.Column("agent_id", sa.Integer, nullable=True),
        sa.Column("agent_at", sa.Float, nullable=True),
        sa.Column("held_at", sa.Float, nullable=True),
        sa.Column("held_by", sa.Integer, nullable=True),
        sa.Column("held_why", sa.String(300), nullable=False),
        sa.Column("sealed_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("sender_id", name="pk_conversations"),
        sa.UniqueConstraint("ref", name="uq_conversations_ref"),
    )
    op.create_index(
        "ix_conversations_assigned_to", "conversations", ["assigned_to", "last_at", "sender_id"]
    )
    op.create_index(
        "ix_conversations_channel", "conversations", ["channel", "last_at", "sender_id"]
    )
    op.create_index(
        "ix_conversations_condition", "conversations", ["condition", "last_at", "sender_id"]
    )
    op.create_index(
        "ix_conversations_crisis",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("crisis_at IS NOT NULL"),
        postgresql_where=sa.text("crisis_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_emergency",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("emergency_at IS NOT NULL"),
        postgresql_where=sa.text("emergency_at IS NOT NULL"),
    )
    op.create_index("ix_conversations_last_at", "conversations", ["last_at", "sender_id"])
    op.create_index(
        "ix_conversations_missed",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("missed_at IS NOT NULL"),
        postgresql_where=sa.text("missed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_negative",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("negative_at IS NOT NULL"),
        postgresql_where=sa.text("negative_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_paused",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("paused_at IS NOT NULL"),
        postgresql_where=sa.text("paused_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_undelivered",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("undelivered_at IS NOT NULL"),
        postgresql_where=sa.text("undelivered_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_unread",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("unread_at IS NOT NULL"),
        postgresql_where=sa.text("unread_at IS NOT NULL"),
    )
    op.create_index("ix_conversations_updated", "conversations", ["updated"])
    op.create_index(
        "ix_conversations_wanted",
        "conversations",
        ["last_at", "sender_id"],
        sqlite_where=sa.text("wanted_at IS NOT NULL"),
        postgresql_where=sa.text("wanted_at IS NOT NULL"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("said_at", sa.Float, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("was", sa.String(60), nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("entities", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_by", sa.Integer, nullable=False),
        sa.Column("proposed_at", sa.Float, nullable=False),
        sa.Column("decided_by", sa.Integer, nullable=True),
        sa.Column("decided_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("sender_id", "said_at", name="uq_corrections_sender_id_said_at"),
    )
    op.create_index("ix_corrections_key", "corrections", ["key"])
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("detail", sa.String(80), nullable=False),
        sa.Column("claimed_at", sa.Float, nullable=True),
        sa.Column("done_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
    )
    op.create_index(
        "ix_duties_open",
        "duties",
        ["kind", "at"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_duties_sender_id", "duties", ["sender_id"])
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("answered_at", sa.Float, nullable=True),
        sa.Column("answered_by", sa.Integer, nullable=True),
        sa.Column("closed_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
    )
    op.create_index(
        "ix_handoffs_open",
        "handoffs",
        ["asked_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_handoffs_sender_id", "handoffs", ["sender_id"])
    op.create_table(
        "invitations",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=True),
        sa.Column("expires", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_invitations"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("beat_at", sa.Float, nullable=False),
        sa.Column("done", sa.Float, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "marks",
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("sender_id", "name", name="pk_marks"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_sender_id", "notes", ["sender_id"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_who_at", "sign_in_failures", ["who", "at"])
    op.create_table(
        "spoken",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("said_by", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("missed_at", sa.Float, nullable=True),
        sa.Column("pattern", sa.Integer, nullable=True),
        sa.Column("settled_at", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_spoken"),
    )
    op.create_index(
        "ix_spoken_missed_at",
        "spoken",
        ["missed_at"],
        sqlite_where=sa.text("missed_at IS NOT NULL AND settled_at IS NULL"),
        postgresql_where=sa.text("missed_at IS NOT NULL AND settled_at IS NULL"),
    )
    op.create_index("ix_spoken_sender_id", "spoken", ["sender_id"])
    op.create_table(
        "staff_replies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_replies"),
        sa.UniqueConstraint("key", name="uq_staff_replies_key"),
    )
    op.create_index("ix_staff_replies_sender_id", "staff_replies", ["sender_id"])
    op.create_table(
        "tags",
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("sender_id", "tag", name="pk_tags"),
    )
    op.create_index("ix_tags_tag", "tags", ["tag"])
    op.create_table(
        "tallies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tallies"),
    )
    op.create_index("ix_tallies_day", "tallies", ["day", "name"])
    op.create_table(
        "user_sessions",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("masked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_user_sessions"),
    )
    op.create_index("ix_user_sessions_user_id", "user_sessions", ["user_id"])
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("shown_name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("passphrase", sa.String(200), nullable=False),
        sa.Column("second_factor", sa.String(300), nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        statements = [*POSTGRESQL_SEARCH, *POSTGRESQL_AUDIT]
    else:
        statements = [*SQLITE_SEARCH, *SQLITE_AUDIT]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Take them back."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if not postgresql:
        op.execute("DROP TABLE spoken_words")
    for table in reversed(TABLES):
        op.drop_table(table)
    if postgresql:
        op.execute("DROP FUNCTION audit_is_only_added_to()")
