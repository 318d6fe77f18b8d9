"""The page around its sections: one file that fetches nothing and runs nothing."""

from importlib.resources import files
from pathlib import Path

from sharp_eyes.errors import StoreError
from sharp_eyes.scoring.page.markup import Markup, element

# Nothing is fetched and nothing runs, whatever a name in a file may try.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def whole_page(title: str, *content: Markup) -> str:
    """The content under this title, with its style."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("title", title),
        element("style", Markup(files(__package__).joinpath("style.css").read_text(encoding="utf-8"))),
    )
    return f"<!doctype html>\n{element('html', head, element('body', *content), lang='en')}\n"


def write_page(file: Path, page: str) -> None:
    """Write a page, with the folder that it is to lie in. Raises StoreError where it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
