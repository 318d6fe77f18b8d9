"""A refusal as it is answered (RFC 9457)."""

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """`type` tells kinds apart, `detail` says what is wrong and what would be right.

    Further members by kind: `errors` of wrong parameters and bodies, `scope` that is missing,
    `because` of lost evidence.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
