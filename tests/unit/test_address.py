"""Where a camera may be, and where none is looked for."""

import ipaddress
import socket

import pytest

from ingest.address import Address, Endpoint, parse_address, parse_networks, resolve, why_refused
from sharp_eyes.errors import ConfigError, SourceError


def test_an_address_is_taken_apart() -> None:
    address = parse_address("rtsp://10.0.0.5/Streaming/Channels/102?mode=sub", "north-gate")
    assert address == Address("rtsp", "10.0.0.5", 554, "/Streaming/Channels/102?mode=sub", "north-gate")
    assert address.url == str(address) == "rtsp://10.0.0.5:554/Streaming/Channels/102?mode=sub"
    assert not address.encrypted


@pytest.mark.parametrize(
    ("url", "port"),
    [("rtsps://a/x", 322), ("http://a/x", 80), ("https://a/x", 443), ("rtsp://a:8554", 8554)],
)
def test_each_scheme_has_its_port(url: str, port: int) -> None:
    assert parse_address(url).port == port
    assert parse_address(url).encrypted == url.startswith(("rtsps", "https"))


def test_an_ipv6_address_keeps_its_brackets() -> None:
    assert parse_address("rtsp://[2001:db8::5]:8554/a").url == "rtsp://[2001:db8::5]:8554/a"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "concat:a|b",
        "/etc/passwd",
        "rtsp:///x",
        "udp://239.0.0.1:1",
        "rtsp://user:pass@10.0.0.5/x",
        "rtsp://10.0.0.5/x?password=abc",
        "rtsp://10.0.0.5:99999/x",
        "rtsp://10.0.0.5/a b",
        "rtsp://10.0.0.5/ä",
        "rtsp://10.0.0.5/a\r\nCSeq: 7",
    ],
)
def test_what_is_no_cameras_address_is_refused(url: str) -> None:
    with pytest.raises(SourceError):
        parse_address(url)


def test_a_refused_address_does_not_repeat_its_password() -> None:
    with pytest.raises(SourceError) as caught:
        parse_address("rtsp://user:hunter2@10.0.0.5/x")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.9.10",
        "::1",
        "0.0.0.0",  # noqa: S104 # refused is what it shall be
        "::",
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "224.0.0.251",
        "239.255.255.250",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_no_camera_is_looked_for_there(ip: str) -> None:
    assert why_refused(ipaddress.ip_address(ip), ())


@pytest.mark.parametrize(
    "ip", ["10.0.0.5", "192.168.1.64", "172.16.0.1", "8.8.8.8", "fd12::5", "2001:db8::1"]
)
def test_cameras_may_be_there(ip: str) -> None:
    assert why_refused(ipaddress.ip_address(ip), ()) == ""


def test_what_an_operator_lists_is_allowed_and_nothing_beside_it() -> None:
    networks = parse_networks(" 127.0.0.0/8, fe80::/10 ,")
    for ip in ("127.0.0.1", "::ffff:127.0.0.1", "fe80::1"):
        assert why_refused(ipaddress.ip_address(ip), networks) == ""
    for ip in ("169.254.169.254", "::1"):
        assert why_refused(ipaddress.ip_address(ip), networks)


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1/7"):
        parse_networks("10.0.0.0/8,127.0.0.1/7")


def test_no_networks_are_none() -> None:
    assert parse_networks("") == ()


def test_an_address_of_a_camera_resolves_to_what_is_connected_to() -> None:
    address = parse_address("rtsps://10.0.0.5/x")
    assert resolve(address, ()) == Endpoint("10.0.0.5", 322, "10.0.0.5", encrypted=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"])
def test_no_spelling_of_the_host_itself_gets_through(host: str) -> None:
    with pytest.raises(SourceError, match="not connected to"):
        resolve(parse_address(f"rtsp://{host}/x"), ())


def test_a_name_that_means_a_forbidden_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 554))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(SourceError, match="link-local"):
        resolve(parse_address("rtsp://camera.example/x"), ())


def test_of_several_addresses_the_first_allowed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 554)) for ip in ("127.0.0.1", "10.0.0.7", "10.0.0.8")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    endpoint = resolve(parse_address("rtsp://camera.example/x"), ())
    assert (endpoint.ip, endpoint.host) == ("10.0.0.7", "camera.example")


def test_an_unknown_name_is_an_error_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SourceError, match="its host is not known: Name or service not known"):
        resolve(parse_address("rtsp://camera.example/x"), ())
