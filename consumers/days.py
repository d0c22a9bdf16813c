"""The UTC day of an instant in SQL, which each database spells its own way."""

from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class utc_day(FunctionElement[Any]):  # noqa: N801 - it is called like a function
    """The day on which an instant falls in UTC, as a date."""

    type = Date()
    inherit_cache = True


@compiles(utc_day, "sqlite")
def _sqlite(element: utc_day, compiler: SQLCompiler, **words: Any) -> str:
    return f"date({compiler.process(element.clauses, **words)})"


@compiles(utc_day, "postgresql")
def _postgresql(element: utc_day, compiler: SQLCompiler, **words: Any) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **words)}) AS DATE)"
