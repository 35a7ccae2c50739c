"""What is put into SQL that no parameter can say, and what DuckDB says to it."""


def literal(text: str) -> str:
    """Return a text as SQL has it."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def identifier(name: str) -> str:
    """Return a name as SQL has it, whatever is in it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def first_line(fault: Exception) -> str:
    """Return the message of a fault: its first line, without the query below."""
    return str(fault).splitlines()[0]
