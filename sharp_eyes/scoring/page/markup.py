"""HTML and SVG, element by element: whatever is not markup already is escaped."""

import html

from sharp_eyes.errors import printable

_VOID = frozenset({"img", "input", "link", "meta"})


class Markup(str):
    """Text that is markup."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """An element with its content, text or markup.

    An attribute that is a word of Python or holds a dash is written `class_` or `aria_label`; one that
    is None is left out.
    """
    given = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{together(*content)}</{name}>")


def together(*content: str) -> Markup:
    """Pieces of text and markup, one after the other."""
    return Markup("".join(one if isinstance(one, Markup) else escaped(one) for one in content))


def escaped(text: str) -> str:
    """Text as markup that shows it: neither a tag nor a control character remains."""
    return html.escape(printable(text))
