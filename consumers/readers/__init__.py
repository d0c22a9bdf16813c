"""One file for each format of usage, and the table that finds them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from consumers.hit import Broken, Hit
from consumers.readers import (
    aws_alb,
    aws_api_gateway,
    azure_apim,
    caddy_json,
    cloudfront,
    combined,
    envoy,
    envoy_json,
    gcp_lb,
    haproxy,
    kong,
    ndjson,
    nginx_json,
    otlp,
    table,
    traefik_json,
)
from consumers.readers.mapped import MAPPED
from consumers.tally import Usual

Reader = Callable[[Iterable[bytes]], Iterator[Hit | Broken | None]]

_LOOKED_AT = 50  # lines by which a format is recognised

READERS: dict[str, Reader] = {
    "ndjson": ndjson.read,
    "combined": combined.read,
    "nginx-json": nginx_json.read,
    "envoy": envoy.read,
    "envoy-json": envoy_json.read,
    "haproxy": haproxy.read,
    "kong": kong.read,
    "aws-api-gateway": aws_api_gateway.read,
    "aws-alb": aws_alb.read,
    "cloudfront": cloudfront.read,
    "azure-apim": azure_apim.read,
    "gcp-lb": gcp_lb.read,
    "traefik-json": traefik_json.read,
    "caddy-json": caddy_json.read,
    "csv": table.read,
}


def read_lines(lines: Sequence[bytes]) -> Iterator[Hit | Broken | None]:
    """Read lines of an access log whatever its format; None for each where no format makes them out."""
    name = recognise(lines[:_LOOKED_AT])
    return READERS[name](lines) if name is not None else iter([None] * len(lines))


READERS["otlp-json"] = otlp.json_reader(read_lines)  # it reads the bodies of log records, as lines

USUAL: dict[str, Usual] = {"ndjson": ndjson.USUAL, "combined": combined.USUAL}
"""Of the formats with millions of lines: how usual ones are read quicker than one by one."""

HEADS = {"cloudfront": 2, "csv": 1, MAPPED: 1}
"""Of the formats whose first lines say how to read the rest: how many lines that are."""
MOST_HEAD = max(HEADS.values())


def recognise(first_lines: Sequence[bytes]) -> str | None:
    """Return the format that makes most of the lines out, None where none makes out any."""
    wanted = sum(not line.isspace() for line in first_lines if line)
    best, most = None, 0
    for name in READERS:
        hits = sum(isinstance(item, Hit) for item in READERS[name](first_lines))
        if hits > most:
            best, most = name, hits
        if hits and hits >= wanted:
            break
    return best
