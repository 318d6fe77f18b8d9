"""Where a camera is: a typed record, resolved once for each connection, and who may not be connected to.

What is checked is the address that is then connected to: a name that resolves to another one a moment
later changes nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from sharp_eyes.config.addresses import check_url
from sharp_eyes.errors import ConfigError, Problem, SourceError, printable

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
ENCRYPTED = frozenset({"rtsps", "https"})

# Where clouds answer their own machines with credentials, as far as that is not link-local anyway.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Address:
    """Where video comes from. `path` begins with a slash and holds the query; no part is a secret."""

    scheme: str
    host: str
    port: int
    path: str
    credential: str | None = None

    @property
    def encrypted(self) -> bool:
        """Whether the connection is by TLS."""
        return self.scheme in ENCRYPTED

    @property
    def url(self) -> str:
        """As the camera is asked for it; names no credential."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    def __str__(self) -> str:
        return printable(self.url)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What an address resolved to, checked: `host` is the name that a certificate must be for."""

    ip: str
    port: int
    host: str
    encrypted: bool


def parse_address(url: str, credential: str | None = None) -> Address:
    """The address in a URL. Raises SourceError for what is none, or carries a password."""
    try:
        check_url(url)
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except ValueError as error:
        raise SourceError(f"no address of a camera: {error}") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or " " in path:
        raise SourceError("no address of a camera: write what is not ASCII in its path as %XX")
    return Address(parts.scheme, parts.hostname or "", port, path, credential)


def parse_networks(text: str) -> Networks:
    """Networks as an operator lists them: `127.0.0.0/8, fe80::/10`. Raises ConfigError."""
    networks, problems = [], []
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError as error:
            problems.append(Problem("source networks", part, str(error), "write for example 127.0.0.0/8"))
    if problems:
        raise ConfigError(problems)
    return tuple(networks)


def resolve(address: Address, networks: Networks) -> Endpoint:
    """The first address of the host that may be connected to.

    Raises SourceError where the name is not known, or nothing of what it means is allowed.
    """
    refused = ""
    for ip in _addresses(address):
        refused = why_refused(ip, networks)
        if not refused:
            return Endpoint(str(ip), address.port, address.host, address.encrypted)
    hint = "; list its network in SHARP_EYES_SOURCE_NETWORKS if cameras are really there"
    raise SourceError(f"{address}: not connected to, {refused}{hint}")


def why_refused(ip: Ip, networks: Networks) -> str:
    """Why no camera can be at this address; empty where one may be."""
    ip = _inner(ip)
    if any(ip in network for network in networks):
        return ""
    kinds = {
        "the host itself": ip.is_loopback,
        "unspecified": ip.is_unspecified,
        "link-local": ip.is_link_local,
        "multicast": ip.is_multicast,
        "a cloud's metadata service": ip in _METADATA,
        "reserved": ip.is_reserved,
    }
    kind = next((kind for kind, true in kinds.items() if true), "")
    return f"{ip} is {kind}" if kind else ""


def _inner(ip: Ip) -> Ip:
    """The IPv4 address within an IPv6 one, where that is who would be reached."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _addresses(address: Address) -> list[Ip]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{address}: its host is not known: {reason}") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
