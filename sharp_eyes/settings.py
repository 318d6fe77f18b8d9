"""The only reader of the environment: `SHARP_EYES_*`, read once in `main()` and passed down."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.labels import closest

PREFIX = "SHARP_EYES_"


class Settings(BaseModel):
    """What ops set. Each field is the variable `SHARP_EYES_<NAME>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: Path = Field(
        default=Path(".sharp-eyes/models"),
        description="folder of the model registry: each model's file and its card",
    )
    blobs: str = Field(
        default="file:.sharp-eyes/blobs",
        description="clips, snapshots and history: `file:FOLDER`, `s3://host:port/bucket`, without TLS `s3+http://…`",
    )
    s3_access_key: SecretStr | None = Field(
        default=None, description="the access key of the object storage; never part of its address"
    )
    s3_secret_key: SecretStr | None = Field(default=None, description="the secret that belongs to it")
    index: str = Field(
        default="sqlite:///.sharp-eyes/index.sqlite",
        description="index and registry: `sqlite:///FILE` or `postgresql://user@host/database`",
    )
    node: Path = Field(
        default=Path(".sharp-eyes/node"),
        description="folder of this machine's node process: its journal, spool and socket; a local disk",
    )
    credentials: Path | None = Field(
        default=None, description="TOML file with the cameras' user names and passwords, by credential name"
    )
    source_networks: str = Field(
        default="",
        description="loopback or link-local networks that cameras may be in: CIDR, with commas between",
    )
    cache: Path = Field(
        default=Path("~/.cache/sharp-eyes"),
        description="folder of what can be made again: rendered scenarios, and the last run of each suite",
    )
    real_data: Path | None = Field(
        default=None,
        description="folder of real clips, weights and truth; read by tests and benchmarks only",
    )


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises ConfigError for a variable that nobody reads."""
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    problems = [
        Problem("environment", name, "no such setting", closest(name, known))
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]
    if problems:
        raise ConfigError(problems)
    return Settings.model_validate(
        {name: environment[key] for key, name in known.items() if key in environment}
    )
