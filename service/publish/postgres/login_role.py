"""Readers: login roles of PostgreSQL that may read what is published there, and nothing else.

What a role was granted is the guard. A read-only default, time limits and few connections are for
mistakes: whoever logs in may lift these for a session.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from schema.error import InvalidArgument, PublicationFailed
from service.publish.postgres import project_view
from service.publish.postgres.table import SCHEMA, Connection, first_line
from service.publish.postgres.target import LOCK, Postgres
from service.publish.star import PublishedTable
from service.publish.target import Target

_MARK: Final = "Reader made by leyden publish --create-reader."
_CONNECTIONS: Final = 8
_SETTINGS: Final[tuple[LiteralString, ...]] = (
    "default_transaction_read_only = on",
    "statement_timeout = '30s'",
    "idle_in_transaction_session_timeout = '30s'",  # below the patience of who publishes
)
_ROLE: Final = """
SELECT shobj_description(oid, 'pg_authid'),
    rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles WHERE rolname = %s
"""
_DATABASE: Final = """
SELECT datname AS name, pg_get_userbyid(bi.nspowner)::text AS publisher,
    current_setting('is_superuser') = 'on' AS is_superuser,
    pg_has_role(datdba, 'USAGE') AS is_ours,
    public.nspowner IS NOT NULL AND pg_has_role(public.nspowner, 'USAGE') AS is_public_ours
FROM pg_database
JOIN pg_namespace AS bi ON bi.nspname = 'bi'
LEFT JOIN pg_namespace AS public ON public.nspname = 'public'
WHERE datname = current_database()
"""
_OWN_TABLES: Final = """
SELECT relname FROM pg_class
WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p', 'v')
    AND pg_get_userbyid(relowner) = current_user
"""
_LARGE_OBJECTS: Final[LiteralString] = (
    "pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)"
)
_OPEN: Final[tuple[tuple[LiteralString, LiteralString], ...]] = (
    (
        "has_database_privilege(%(role)s, current_database(), 'TEMPORARY')",
        "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
    ),
    (
        "has_database_privilege(%(role)s, current_database(), 'CREATE')",
        "REVOKE CREATE ON DATABASE {database} FROM PUBLIC",
    ),
    (
        "has_schema_privilege(%(role)s, to_regnamespace('public'), 'CREATE')",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ),
    (
        "has_function_privilege(%(role)s, 'pg_catalog.lo_create(oid)', 'EXECUTE')",
        f"REVOKE EXECUTE ON FUNCTION {_LARGE_OBJECTS} FROM PUBLIC",
    ),
)
"""What everybody has by default and a reader should not, each with what takes it away."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A role that was made, or brought up to date.

    Attributes:
        name: of the role.
        schema: that it reads.
        password: when one was made up for it: it is shown here and never again.
        left_open: what the owner of the database has to run, for who published could not.
    """

    name: str
    schema: str
    password: str | None
    left_open: tuple[str, ...]


def make_reader(
    target: Target,
    star: Sequence[PublishedTable],
    name: str,
    projects: Sequence[str],
    password: str,
) -> Reader:
    """Make a reader of everything or, with projects, of what belongs to these.

    Again it is the same reader, with these projects; an empty ``password`` keeps the one it has.

    Raises:
        InvalidArgument: when the target has no roles, or a role cannot be called so.
        PublicationFailed: when it cannot be made: nothing is published there, or a role of that
            name was not made here.
    """
    if not isinstance(target, Postgres):
        takes = "one at postgresql://…: a file has no roles, whoever can open it reads it"
        raise InvalidArgument("target of a reader", target.name, takes)
    if not 0 < len(name.encode()) < 64 or "\0" in name:
        raise InvalidArgument("reader", name, "a name of 1 to 63 bytes")
    try:
        with closing(target.connect()) as connection:
            reader = _Making(target.name, connection, name).make(star, projects, password)
            connection.commit()
            return reader
    except psycopg.errors.LockNotAvailable as fault:
        reason = "somebody is publishing there; make the reader when that is done"
        raise PublicationFailed(target.name, reason) from fault
    except psycopg.Error as fault:
        raise PublicationFailed(target.name, first_line(fault)) from fault


@dataclass(frozen=True, slots=True)
class _Database:
    """Where a reader is made: who publishes there, and what the one who makes it owns."""

    name: str
    publisher: str
    is_superuser: bool
    is_ours: bool
    is_public_ours: bool


class _Making:
    """A reader being made, in one transaction."""

    def __init__(self, target: str, connection: Connection, name: str) -> None:
        self._target, self._connection, self._name = target, connection, name
        self._role = sql.Identifier(name)

    def make(
        self, star: Sequence[PublishedTable], projects: Sequence[str], password: str
    ) -> Reader:
        self._connection.execute("SET LOCAL lock_timeout = '60s'")
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if self._one("SELECT to_regclass('bi.published')") is None:
            raise self._refused("nothing is published there yet; publish first, then make readers")
        with self._connection.cursor(row_factory=class_row(_Database)) as cursor:
            here = cursor.execute(_DATABASE).fetchall()[0]
        schema = project_view.SCHEMA if projects else SCHEMA
        made_up = self._log_in(password)
        self._set(here, schema)
        self._close(here)
        if projects and self._one("SELECT to_regnamespace('bi_mine')") is None:
            self._run("CREATE SCHEMA bi_mine AUTHORIZATION {}", sql.Identifier(here.publisher))
        self._run("SET LOCAL ROLE {}", sql.Identifier(here.publisher))  # whose tables they are
        self._assign(star, projects)
        for each in (SCHEMA, project_view.SCHEMA):
            self._grant(each, wanted=each == schema)
        if projects:
            self._refuse_wide_open()
        return Reader(self._name, schema, made_up, self._left_open(here))

    def _log_in(self, password: str) -> str | None:
        """Make the role if it is not there, and let it log in; return a password made up."""
        found = self._connection.execute(_ROLE, (self._name,)).fetchone()
        if found is None:
            self._run("CREATE ROLE {} NOINHERIT", self._role)
            self._run("COMMENT ON ROLE {} IS {}", self._role, sql.Literal(_MARK))
        elif found[0] != _MARK:
            raise self._refused(f"role {self._name} was not made by Leyden; choose another name")
        elif found[1]:
            reason = f"role {self._name} was given more by hand than a reader has; take it back"
            raise self._refused(reason)
        self._run(f"ALTER ROLE {{}} LOGIN CONNECTION LIMIT {_CONNECTIONS}", self._role)
        made_up = token_urlsafe(24) if found is None and not password else None
        if known := password or made_up:
            # encrypted here: the server and its log never see the password
            verifier = self._connection.pgconn.encrypt_password(
                known.encode(), self._name.encode(), b"scram-sha-256"
            )
            self._run("ALTER ROLE {} PASSWORD {}", self._role, sql.Literal(verifier.decode()))
        return made_up

    def _set(self, here: _Database, schema: str) -> None:
        for setting in _SETTINGS:
            self._run(f"ALTER ROLE {{}} SET {setting}", self._role)
        search = "ALTER ROLE {} IN DATABASE {} SET search_path = {}"
        self._run(search, self._role, sql.Identifier(here.name), sql.Identifier(schema))

    def _close(self, here: _Database) -> None:
        """Take from everybody what would let a reader write, and leave it to who publishes."""
        database, publisher = sql.Identifier(here.name), sql.Identifier(here.publisher)
        if here.is_ours:
            self._run("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC", database)
            self._run("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", database, publisher)
            self._run("GRANT CONNECT ON DATABASE {} TO {}", database, self._role)
        if here.is_public_ours:
            self._run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        if here.is_superuser:
            self._run(f"REVOKE EXECUTE ON FUNCTION {_LARGE_OBJECTS} FROM PUBLIC")

    def _assign(self, star: Sequence[PublishedTable], projects: Sequence[str]) -> None:
        if projects:
            project_view.make_room(self._connection)
            project_view.follow(self._connection, star)
        elif self._one("SELECT to_regclass('bi_store.reader_project')") is None:
            return
        self._connection.execute(
            "DELETE FROM bi_store.reader_project WHERE reader = %s", (self._name,)
        )
        for project in dict.fromkeys(projects):
            insert = "INSERT INTO bi_store.reader_project VALUES (%s, %s)"
            self._connection.execute(insert, (self._name, project))

    def _grant(self, schema: str, *, wanted: bool) -> None:
        """Let the role read what is in a schema and what will be, or nothing of it."""
        if self._one("SELECT to_regnamespace(%s)", schema) is None:
            return
        place = sql.Identifier(schema)
        self._run("REVOKE CREATE ON SCHEMA {} FROM PUBLIC", place)
        rows = self._connection.execute(_OWN_TABLES, (schema,)).fetchall()
        tables = sql.SQL(", ").join(sql.Identifier(schema, name) for (name,) in rows)
        if rows:
            self._run("REVOKE ALL ON {} FROM {}", tables, self._role)
        self._run("REVOKE ALL ON SCHEMA {} FROM {}", place, self._role)
        later = "ALTER DEFAULT PRIVILEGES IN SCHEMA {} "
        if not wanted:
            self._run(later + "REVOKE ALL ON TABLES FROM {}", place, self._role)
            return
        self._run("GRANT USAGE ON SCHEMA {} TO {}", place, self._role)
        # information_schema shows keys only to who may refer to them, and BI tools ask there
        if rows:
            self._run("GRANT SELECT, REFERENCES ON {} TO {}", tables, self._role)
        self._run(later + "GRANT SELECT, REFERENCES ON TABLES TO {}", place, self._role)

    def _refuse_wide_open(self) -> None:
        """Refuse to make a reader of some projects where everybody reads all of them."""
        for schema in (SCHEMA, "bi_store"):
            if self._one("SELECT has_schema_privilege(%s, %s, 'USAGE')", self._name, schema):
                reason = f"everybody may use schema {schema}: REVOKE ALL ON SCHEMA {schema} FROM "
                raise self._refused(f"{reason}PUBLIC, or {self._name} would see every project")

    def _left_open(self, here: _Database) -> tuple[str, ...]:
        database = sql.Identifier(here.name).as_string(self._connection)
        return tuple(
            closing_it.replace("{database}", database)
            for is_open, closing_it in _OPEN
            if self._connection.execute(f"SELECT {is_open}", {"role": self._name}).fetchone()
            == (True,)
        )

    def _refused(self, reason: str) -> PublicationFailed:
        return PublicationFailed(self._target, reason)

    def _run(self, statement: LiteralString, *parts: sql.Composable) -> None:
        self._connection.execute(sql.SQL(statement).format(*parts))

    def _one(self, query: LiteralString, *parameters: object) -> Any:  # noqa: ANN401 # whatever it selects
        row = self._connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]
