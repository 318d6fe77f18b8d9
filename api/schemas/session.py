"""Sessions as they are asked for and answered."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import Moment
from api.passwords import LONGEST, SHORTEST


class Asked(BaseModel):
    """A body of a request: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Login(Asked):
    """Who signs in."""

    user: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class PasswordChange(Asked):
    """The password until now, and the one from now on."""

    password: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    new_password: Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]


class SessionAnswer(BaseModel):
    """Who is signed in. `csrf` goes into the header X-CSRF of every request that changes something.

    `one_time_password` is true until the password printed at the first start has been changed.
    """

    user: str
    scopes: list[str]
    divisions: list[str]
    csrf: str | None
    one_time_password: bool
    expires_at: Moment | None
