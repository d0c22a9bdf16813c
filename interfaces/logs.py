"""Structured logs on stderr: for people, or a JSON object a line."""

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import Processor

_SECRET_BELOW: Final = re.compile(r"(/+(?:your|sign-in)/).+", re.IGNORECASE | re.DOTALL)


def loggable(path: str) -> str:
    """Return a path without what may be a secret: the links in mails and of sign-ins are keys."""
    return _SECRET_BELOW.sub(r"\1…", path)


def set_up_logs(log_format: str) -> None:
    """Send every log line, the libraries' included, through one formatter."""
    stamped: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    writers: dict[str, Processor] = {
        "json": structlog.processors.JSONRenderer(),
        "text": structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
    }
    written = writers[log_format]
    structlog.configure(
        processors=[*stamped, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, written],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for loud in ("apscheduler", "alembic", "gunicorn.access"):
        logging.getLogger(loud).setLevel(logging.WARNING)
