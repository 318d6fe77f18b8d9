"""Camera files for tests: the sample's camera under other names, at other addresses."""

_OWN = ("[[profile]]", 'name = "street"', "analyse_fps", "profile")


def declared(camera: str, url: str, template: str) -> str:
    """The camera of this file (a sample's cameras.toml) as another camera."""
    lines = []
    for line in template.splitlines():
        if line.startswith("id = "):
            lines.append(f'id = "{camera}"')
        elif line.startswith("source = "):
            lines.append(f'source = {{ url = "{url}" }}')
        elif not line.startswith(_OWN):
            lines.append(line)
    return "\n".join(lines) + "\n"
