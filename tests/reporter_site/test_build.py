"""The frozen site: the same bytes from the same sources, nothing secret in it, small enough for a slow phone."""

import base64
import gzip
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest

from reporter import languages, manifest, questionnaire, rendering, texts
from reporter.__main__ import main
from reporter.build import BadPins, Built, build, make, read_address, read_pins
from reporter.trimming import trim, used_classes


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_give_the_same_bytes(built: Built, tmp_path: Path, site_dir: Path) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    assert _tree(build(tmp_path).folder) == _tree(built.folder)


def test_manifest_names_every_file_with_its_hash_size_and_type(built: Built) -> None:
    entries = manifest.read(built.folder)
    files = _tree(built.folder)
    plain = {path for path in files if not path.endswith((".br", ".gz"))}
    assert set(entries) == plain - {manifest.NAME}
    for path, entry in entries.items():
        assert entry.sha256 == hashlib.sha256(files[path]).hexdigest()
        assert entry.size == len(files[path])
    assert {path.split(".")[-1] for path in entries} == {"html", "js", "css", "svg", "json", "txt"}


def test_packed_files_hold_the_same_bytes(built: Built) -> None:
    files = _tree(built.folder)
    for path in [path for path in files if not path.endswith((".br", ".gz"))]:
        assert brotli.decompress(files[path + ".br"]) == files[path]
        assert gzip.decompress(files[path + ".gz"]) == files[path]


def test_assets_are_named_by_their_content(built: Built) -> None:
    for path, content in _tree(built.folder).items():
        named = re.fullmatch(r"assets/\w+-([0-9a-f]{8})\.\w+", path)
        if named:
            assert hashlib.sha256(content).hexdigest().startswith(named[1])


@pytest.mark.parametrize("document", ["index.html", "index.cy.html"])
def test_first_load_is_at_most_76_kilobytes(document: str, built: Built) -> None:
    first = [path for path in built.sizes if path == document or re.match(r"assets/(app|site|icon)-", path)]
    assert len(first) == 4
    assert sum(built.sizes[path][1] for path in first) <= 76_000
    assert sum(built.sizes[path][2] for path in first) <= 84_000


class _Page(HTMLParser):
    """What a policy against inline code forbids, and what the page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loaded: list[str] = []
        self.data = ""
        self._in_data = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(f"{tag} {given}")
        if tag == "script":
            self._in_data = given.get("type") == "application/json"
            if not self._in_data and not given.get("src"):
                self.inline.append(f"script {given}")
        named = given.get("src") or given.get("href")
        if tag in ("script", "link", "img") and named:
            self.loaded.append(named)

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data, self._in_data = data, False


def _page(built: Built) -> _Page:
    page = _Page()
    page.feed((built.folder / "index.html").read_text())
    return page


def test_page_has_no_inline_code_or_style_and_loads_only_its_own_files(built: Built) -> None:
    page = _page(built)
    assert page.inline == []
    assert len(page.loaded) == 4
    assert all(path.startswith("/") and (built.folder / path[1:]).exists() for path in page.loaded)


def test_pins_stand_in_the_page_without_what_only_the_drop_needs(built: Built, site_dir: Path) -> None:
    data = json.loads(_page(built).data)
    assert data["pins"] == read_pins(site_dir / "site.json")
    assert "consoles" not in data["pins"]
    assert {name: form["version"] for name, form in data["forms"].items()} == {
        name: form.version for name, form in questionnaire.load_forms().items()
    }


def test_offline_page_is_one_file_that_may_run_itself_and_ask_its_site_alone(site_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    html = (build(tmp_path, address="https://speak.example/").folder / "offline.html").read_text()
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert found
    policy = dict(part.split(" ", 1) for part in unescape(found[1]).split("; "))
    assert policy["connect-src"] == "https://speak.example"
    assert policy["default-src"] == "'none'"
    for tag in ("script", "style"):
        (inline,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert re.findall(r"<script src|<link rel=.stylesheet|<img|@import|url\((?!data:)", html) == []
    assert json.loads(html.split('id="data">')[1].split("</script>")[0])["pins"] == read_pins(tmp_path / "site.json")


def test_offline_page_takes_its_address_from_site_json_and_without_one_asks_nobody(site_dir: Path) -> None:
    forms, pins = questionnaire.load_forms(), json.loads((site_dir / "site.json").read_text())
    page = make(pins, forms)["offline.html"].decode()
    assert "connect-src &#39;none&#39;" in page
    assert 'data-act="send"' not in page
    assert 'data-act="save"' in page
    named = site_dir.parent / "named.json"
    named.write_text(json.dumps({**pins, "address": "http://abc.onion"}))
    assert read_address(named) == "http://abc.onion"
    assert "connect-src http://abc.onion;" in make(pins, forms, address=read_address(named))["offline.html"].decode()


@pytest.mark.parametrize("address", ["speak.example", "https://a.example/x", "https://a.example; *", "https://a b"])
def test_an_address_that_could_widen_the_policy_is_refused(
    address: str, site_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site.json").write_bytes((site_dir / "site.json").read_bytes())
    assert main(["build", "--site-dir", str(tmp_path), "--address", address]) == 1
    assert "The site's address is https://NAME" in capsys.readouterr().err


def test_page_names_the_hash_of_the_offline_page(built: Built) -> None:
    html = (built.folder / "index.html").read_text()
    assert manifest.read(built.folder)["offline.html"].sha256 in html


def test_title_is_neutral_and_the_words_people_search_for_are_there(built: Built) -> None:
    html = (built.folder / "index.html").read_text()
    assert "<title>Staff information</title>" in html
    description = re.search(r'<meta name="description" content="([^"]*)"', html)
    assert description
    for word in ("whistleblowing", "speak up", "raise a concern", "report a concern"):
        assert word in description[1].lower()
    assert re.search(r"<h1[^>]*>Report a concern about someone at work \(whistleblowing\)</h1>", html)


def test_what_the_console_needs_of_the_questions_is_published(built: Built) -> None:
    for form in questionnaire.load_forms().values():
        record = json.loads((built.folder / f"questionnaire-{form.version}.json").read_text())
        assert record == questionnaire.as_record(form)


def test_every_text_of_the_scripts_exists_and_none_is_left_over() -> None:
    client = texts.PAGES.parent / "client"
    sources = "".join(path.read_text() for part in ("app", "offline") for path in (client / part).glob("*.js"))
    keys = set(texts.strings())
    named = set(re.findall(r"\bt\(\s*'([a-z-]+)'", sources))
    made = tuple(re.findall(r"\bt\(`([a-z]+-)\$\{", sources))
    assert named - keys == set()
    assert {key for key in keys if f"'{key}'" not in sources and not key.startswith(made)} == set()


def test_nothing_in_the_data_can_end_the_script_element() -> None:
    pins = {"site": "</script><b>"}
    page = rendering.render(languages.load("en"), pins, questionnaire.load_forms(), rendering.Assets())
    assert "</script><b>" not in page


@pytest.mark.parametrize("content", [None, "{", "{}", '{"site":"00"}', "[]"])
def test_without_usable_pins_nothing_is_built(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "site.json").write_text(content)
    with pytest.raises(BadPins):
        read_pins(tmp_path / "site.json")
    assert main(["build", "--site-dir", str(tmp_path)]) == 1
    assert "site.json is missing or lacks what the page must know" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_failed_build_leaves_the_old_site_in_place(built: Built, site_dir: Path, tmp_path: Path) -> None:
    before = _tree(built.folder)
    with pytest.raises(Exception, match="packages are not installed"):
        build(site_dir, client=tmp_path)
    assert _tree(built.folder) == before


def test_make_gives_every_file_but_the_manifest(built: Built, site_dir: Path) -> None:
    files = make(read_pins(site_dir / "site.json"), questionnaire.load_forms())
    assert set(files) == set(manifest.read(built.folder))


CSS = (
    '@charset "UTF-8";.govuk-a,.govuk-b:not(.govuk-c,.x){color:red}.own{color:blue}'
    "@media print{.govuk-c{color:green}}@media screen{.govuk-a{top:0}.govuk-c{top:1px}}@keyframes k{from{top:0}}"
)


def test_unused_rules_are_left_out_and_nothing_else() -> None:
    assert trim(CSS, used_classes('class="govuk-a x"', "'govuk-b'")) == (
        '@charset "UTF-8";.govuk-a{color:red}.own{color:blue}@media screen{.govuk-a{top:0}}@keyframes k{from{top:0}}'
    )
    assert trim(CSS, frozenset({"govuk-a", "govuk-b", "govuk-c"})) == CSS
