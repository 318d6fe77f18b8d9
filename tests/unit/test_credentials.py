"""Cameras' passwords: read strictly, answered with, shown never."""

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingest.authorization import Basic, Digest, challenge_of
from ingest.credentials import Credential, Credentials, load_credentials
from sharp_eyes.errors import ConfigError, SourceError

SECRET = "Circle of Life"  # noqa: S105 # RFC 7616's own example
MUFASA = Credential("Mufasa", SecretStr(SECRET))


def written(folder: Path, text: str) -> Path:
    file = folder / "credentials.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_gives_credentials_by_name(tmp_path: Path) -> None:
    credentials = load_credentials(
        written(
            tmp_path, f'gate = {{ user = "Mufasa", password = "{SECRET}" }}\n[yard]\nuser = ""\npassword = ""'
        )
    )
    gate = credentials.of("gate")
    assert gate is not None
    assert (gate.user, gate.password.get_secret_value()) == ("Mufasa", SECRET)
    assert credentials.of("yard") is not None
    assert credentials.of(None) is None


def test_without_a_file_there_are_none() -> None:
    with pytest.raises(SourceError, match='there is no credential "gate"'):
        load_credentials(None).of("gate")


def test_no_text_of_a_credential_shows_its_password(tmp_path: Path) -> None:
    credentials = load_credentials(written(tmp_path, f'gate = {{ user = "Mufasa", password = "{SECRET}" }}'))
    for text in (
        str(credentials),
        repr(credentials),
        repr(credentials.of("gate")),
        f"{credentials.of('gate')}",
    ):
        assert SECRET not in text


@pytest.mark.parametrize(
    "text",
    [
        f'gate = {{ user = "m", password = "{SECRET}", pasword = "{SECRET}" }}',
        f'gate = {{ user = "m", Password = "{SECRET}" }}',
        f'gate = {{ user = 5, password = "{SECRET}" }}',
        f'gate = "{SECRET}"',
        f'gate = {{ password = "{SECRET}" }}',
        f'gate = {{ user = "m", password = "{SECRET}"',
        f'gate = {{ user = "m", password = "{SECRET}" }}\ngate = {{}}',
        f'gate = {{ user = "m", password = ["{SECRET}"] }}',
        f'gate = {{ user = {{ name = "{SECRET}" }}, password = "" }}',
    ],
)
def test_a_file_with_a_mistake_is_refused_and_no_error_shows_a_password(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_credentials(file)
    assert str(file) in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_credentials(written(tmp_path, 'a = 1\nb = { user = "u" }\nc = { user = "u", password = "p" }'))
    assert {problem.path for problem in caught.value.problems} == {"a", "b"}


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_credentials(tmp_path / "none.toml")


def test_an_answer_to_a_digest_is_that_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 7616, 3.9.1: the same request, the same answers."""
    monkeypatch.setattr("secrets.token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    responses = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    for algorithm, response in responses.items():
        challenge = challenge_of([header.format(algorithm)])
        answer = challenge.answer(MUFASA, "GET", "/dir/index.html")
        assert f'response="{response}"' in answer
        assert "nc=00000001, cnonce=" in answer
        assert SECRET not in answer


def test_an_old_digest_is_answered_in_the_old_way() -> None:
    """RFC 2069's example as its errata give it: no qop, no count."""
    credential = Credential("Mufasa", SecretStr("CircleOfLife"))
    challenge = Digest("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "", "")
    answer = challenge.answer(credential, "GET", "/dir/index.html")
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in answer
    assert "cnonce" not in answer


def test_the_strongest_demand_is_answered() -> None:
    demands = [
        'Basic realm="a"',
        'Digest realm="a", nonce="1"',
        'Digest realm="a", nonce="2", algorithm=SHA-256',
    ]
    chosen = challenge_of(demands)
    assert isinstance(chosen, Digest)
    assert chosen.nonce == "2"
    assert isinstance(challenge_of(demands[:1]), Basic)
    assert Basic().answer(Credential("Aladdin", SecretStr("open sesame")), "GET", "/") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="  # RFC 7617's example
    )


def test_an_unknown_demand_is_said() -> None:
    with pytest.raises(SourceError, match="a kind of login that is not known"):
        challenge_of(["Negotiate"])


def test_each_answer_is_counted() -> None:
    challenge = challenge_of(['Digest realm="a", nonce="1", qop="auth"'])
    answers = [challenge.answer(MUFASA, "GET", "/") for _ in range(3)]
    assert [f"nc=0000000{n}" in answer for n, answer in enumerate(answers, 1)] == [True] * 3


def test_no_credentials_are_an_empty_mapping() -> None:
    assert Credentials().named == {}
