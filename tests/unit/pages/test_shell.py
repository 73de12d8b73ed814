"""The shell of a page: nothing runs but its own style sheet and script, and text is escaped."""

from jinja2 import DictLoader

from pasi.pages.shell import Assets, page_environment, policy


def test_another_script_has_another_hash():
    sources = {"img-src": "data:"}
    assert policy("a{}", "x()", sources) != policy("a{}", "y()", sources)
    assert "unsafe" not in policy("a{}", "x()", sources)


def test_the_policy_names_what_a_page_asks_for_and_refuses_the_rest():
    shell = Assets("a{}", "x()").shell(img_src="'self'", form_action="'none'")
    assert shell["policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert shell["policy"].endswith("; img-src 'self'; form-action 'none'")
    assert shell["style"] == "a{}"


def test_a_package_has_the_base_styles_below_its_own():
    style = Assets.of("pasi.report").style
    assert 0 < style.index("--page:") < style.index(".layout")


def test_a_page_without_a_script_allows_none():
    assets = Assets.of("pasi.dossier")
    assert assets.script == ""
    assert "script-src" not in assets.shell()["policy"]


def test_text_is_escaped():
    environment = page_environment("pasi.report")
    environment.loader = DictLoader({"page": "{{ name }}"})
    assert environment.get_template("page").render(name="<script>") == "&lt;script&gt;"
