"""Which addresses this server connects to, in whichever notation they hide."""

import socket

import pytest

from storage.public_addresses import is_public, resolved

INSIDE = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1", "240.0.0.1"),
    *("255.255.255.255", "224.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
    ),
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of a client at 127.0.0.1
)
OUTSIDE = ("93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1")
SPELLINGS = ("localhost", "127.0.0.1", "::1")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_this_machine_is_connected_to(host: str) -> None:
    with pytest.raises(ValueError, match="an administrator may allow such ones by SETTING"):
        resolved(host, 80, allow_private=False, setting="SETTING", refusal=ValueError)
    assert resolved(host, 80, allow_private=True, setting="SETTING", refusal=ValueError) in (
        "127.0.0.1",
        "::1",
    )


def test_a_name_of_which_one_address_is_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_asked: object, **_how: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("1.1.1.1", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(ValueError, match=r"is at 10\.0\.0\.1"):
        resolved("rebind.example", 80, allow_private=False, setting="SETTING", refusal=ValueError)
