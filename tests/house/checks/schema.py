"""Columns are constrained: choices by the database too, links inside a conference by keys that name it."""

import re
from collections.abc import Container

from sqlalchemy import CheckConstraint, MetaData, String, Table

WHERE = "conference_id"
CHOICES = re.compile(r"(^|_)(kind|state|stage|outcome|answer|verdict|purpose|paper)$")


def unnamed_constraints(metadata: MetaData) -> list[str]:
    """A conflict is told by the name of what was broken."""
    return [
        f"{table.name} has a {type(each).__name__} without a name"
        for table in metadata.sorted_tables
        for each in table.constraints
        if each.name is None
    ]


def free_choices(metadata: MetaData, registers: Container[str] = ()) -> list[str]:
    """Choices that the database would take anything for. ``registers`` grow with what registers there."""
    return [
        f"{name} may be anything"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and CHOICES.search(column.name)
        if (name := f"{table.name}.{column.name}") not in registers and not _is_listed(table, column.name)
    ]


def links_across_conferences(metadata: MetaData) -> list[str]:
    """Links between two tables of a conference whose key does not name the conference on both sides."""
    return [
        f"{table.name}.{'+'.join(key.column_keys)} may point into another conference"
        for table in metadata.sorted_tables
        if WHERE in table.columns
        for key in table.foreign_key_constraints
        if WHERE in key.referred_table.columns
        if (WHERE, WHERE) not in {(each.parent.name, each.column.name) for each in key.elements}
    ]


def loose_numbers(metadata: MetaData, known: Container[str] = ()) -> list[str]:
    """Columns called ``…_id`` that are no key of anything, and rows of a conference that does not exist."""
    return [
        f"{name} points nowhere"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id") and not column.foreign_keys
        if (name := f"{table.name}.{column.name}") not in known and f"{table.name}.*" not in known
    ]


def _is_listed(table: Table, column: str) -> bool:
    wanted = re.compile(rf"^{column} IN \(")
    return any(isinstance(each, CheckConstraint) and wanted.match(str(each.sqltext)) for each in table.constraints)
