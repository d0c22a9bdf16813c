"""The rule for hosts that people name and this server connects to: public ones, unless others are allowed.

A name is resolved once, and the address that was looked at is the one to connect to: looking again could
give another.
"""

import ipaddress
import socket
from collections.abc import Callable

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


def resolved(
    host: str, port: int, *, allow_private: bool, setting: str, refusal: Callable[[str], Exception]
) -> str:
    """Return the one address to connect to. Every one that a name has must be allowed.

    `setting` names what an administrator may set to allow others; `refusal` is raised where a host can't
    be found, or isn't public.
    """
    try:
        found = {
            str(info[4][0]).partition("%")[0]
            for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        }
    except (OSError, UnicodeError) as error:
        raise refusal(f"{host} can't be found: {error}") from error
    for one in sorted(found):
        if not allow_private and not is_public(one):
            raise refusal(
                f"{host} is at {one}, which is no public address: an administrator may allow such ones by "
                f"{setting}"
            )
    return min(found, key=lambda one: (":" in one, one))


def is_public(text: str) -> bool:
    """Tell whether an IP address can be reached by everybody, through whichever notation it hides."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return address.is_global and not address.is_multicast
