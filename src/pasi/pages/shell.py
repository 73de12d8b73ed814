"""The shell of a page: its templates, its style sheet and script, and the policy that lets nothing else run."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

BASE = "base.css"
SCRIPT = "script.js"


def page_environment(package: str) -> Environment:
    """The templates of a package. All text is escaped; an undefined name in a template is an error."""
    return Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Assets:
    """The one style sheet and the one script of a page, as text; script: "" where it has none."""

    style: str
    script: str

    @classmethod
    def of(cls, package: str) -> "Assets":
        """The style.css of a package below the base styles, and its script.js, if it has one."""
        style = _text("pasi.pages", BASE) + _text(package, "style.css")
        has_script = resources.files(package).joinpath(SCRIPT).is_file()
        return cls(style, _text(package, SCRIPT) if has_script else "")

    def shell(self, **sources: str) -> dict[str, str]:
        """The variables style, script and policy of a page's template; sources as in `policy`."""
        own = policy(self.style, self.script, {name.replace("_", "-"): value for name, value in sources.items()})
        return {"style": Markup(self.style), "script": Markup(self.script), "policy": own}


def policy(style: str, script: str, sources: Mapping[str, str]) -> str:
    """The content security policy: this style sheet and this script, by their hashes, and what `sources` names.

    sources: further directives, such as {"img-src": "data:"}; whatever they do not name is refused.

    >>> policy("", "x()", {"img-src": "data:"}).split("; ")[::3]
    ["default-src 'none'", 'img-src data:']
    >>> "script-src" in policy("", "", {})
    False
    """
    allowed = {"style-src": _hash(style)} | ({"script-src": _hash(script)} if script else {})
    return "; ".join(f"{name} {value}" for name, value in {"default-src": "'none'", **allowed, **sources}.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _text(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
