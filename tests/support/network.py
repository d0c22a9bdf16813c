"""The tests' fence: no connection, and no question about a name, leaves this machine."""

import ipaddress
import socket
import sys
from collections.abc import Callable
from typing import Any

_NAMES = {"localhost", socket.gethostname(), "", None}


class NetworkRefusedError(RuntimeError):
    """A test reached for an address beyond loopback."""


def stay_on_loopback() -> None:
    """Refuse, from now on and for good, every connection of this process beyond loopback.

    An audit hook sees them all, whichever library makes them, but for those made in C without Python's
    socket module (libpq); child processes are not fenced.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    asked = _ADDRESS.get(event)
    if asked is None:
        return
    host = asked(arguments)
    if not _is_local(host):
        raise NetworkRefusedError(f"{event} to {host!r}: tests stay on loopback")


def _host(arguments: tuple[Any, ...]) -> Any:
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None  # a path is a UNIX socket's


_ADDRESS: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "socket.connect": _host,
    "socket.sendto": _host,
    "socket.sendmsg": _host,
    "socket.getaddrinfo": lambda arguments: arguments[0],
    "socket.gethostbyname": lambda arguments: arguments[0],
}


def _is_local(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in _NAMES:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
