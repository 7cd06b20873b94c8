"""Levels of access: nothing, read, write; and the network from which a request comes."""

import ipaddress
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

_IPV6_SUBSCRIBER = 64  # bits; a provider gives each subscriber all addresses with this prefix


class Access(IntEnum):
    """The access that a request has; each level includes those below it."""

    NOTHING = 0
    READ = 1
    WRITE = 2


def access_of(scope: Mapping[str, Any]) -> Access:
    """Return the access that the server granted to a request.

    Args:
        scope: the request's ASGI scope; :mod:`qa.server.authentication` records it there.
    """
    return Access(scope.get("state", {}).get("access", Access.NOTHING))


def is_operator(scope: Mapping[str, Any]) -> bool:
    """Return whether a request comes from the machine that serves a library to itself alone.

    A token that writes makes nobody an operator: its holder may be anywhere.

    Args:
        scope: the request's ASGI scope; :mod:`qa.server.authentication` records it there.
    """
    return bool(scope.get("state", {}).get("operator", False))


def network_of(scope: Mapping[str, Any]) -> str:
    """Return the network of one subscriber from which a request comes: an IPv4 address or a /64.

    Args:
        scope: the request's ASGI scope; :mod:`qa.server.headers` has put the client's address
            there, which is the proxy's where the server was not told of its proxies.
    """
    host = str(scope["client"][0]) if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # a socket of the file system has no address
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_SUBSCRIBER), strict=False))
