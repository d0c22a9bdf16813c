import io
import subprocess
from pathlib import Path

import pytest

from diffing.document import Document
from diffing.errors import SpecError
from diffing.load import load
from diffing.sources import source

ROOT = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: parts/a.yaml}}\n"


def opened(argument: str | Path) -> Document:
    found = source(str(argument))
    return load(found.data, found.name, read=found.read)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "specs/parts").mkdir(parents=True)
    (tmp_path / "specs/api.yaml").write_text(ROOT)
    (tmp_path / "specs/parts/a.yaml").write_text("get: {}\n")
    (tmp_path / "outside.yaml").write_text("secret: 1\n")
    return tmp_path / "specs"


def test_a_file_is_read_with_the_files_beside_it(folder: Path) -> None:
    document = opened(folder / "api.yaml")
    assert document.source == (folder / "api.yaml").as_posix()
    assert document.files == {"parts/a.yaml": {"get": {}}}


def test_a_folder_stands_for_its_root_file(folder: Path) -> None:
    assert opened(folder).source.endswith("specs/api.yaml")
    (folder / "api.yaml").rename(folder / "shop.yaml")
    assert opened(folder).source.endswith("specs/shop.yaml")


def test_a_folder_with_several_roots_asks_for_one(folder: Path) -> None:
    (folder / "api.yaml").rename(folder / "one.yaml")
    (folder / "two.json").write_text('{\n "swagger": "2.0"}')
    with pytest.raises(SpecError, match=r"holds several: one\.yaml, two\.json; name the root file"):
        source(str(folder))


def test_a_folder_without_a_root_says_so(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="holds no OpenAPI document; name the root file"):
        source(str(tmp_path))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(
        SpecError, match=r"^gone\.yaml: cannot be read \(No such file or directory\); check the path"
    ):
        source("gone.yaml")


def test_a_dash_is_standard_input() -> None:
    assert source("-", stdin=io.BytesIO(b"openapi: 3.0.3\n")).name == "stdin"


@pytest.mark.parametrize("reference", ["../outside.yaml", "parts/../../outside.yaml", "link.yaml"])
def test_nothing_outside_the_folder_is_read(folder: Path, reference: str) -> None:
    (folder / "link.yaml").symlink_to(folder.parent / "outside.yaml")
    (folder / "api.yaml").write_text(ROOT.replace("parts/a.yaml", reference))
    with pytest.raises(SpecError, match="leads above the folder of the root file"):
        opened(folder / "api.yaml")


def test_a_file_of_a_repository_reaches_all_of_it_as_its_revisions_do(repository: Path) -> None:
    (repository / "specs/api.yaml").write_text(ROOT.replace("parts/a.yaml", "../outside.yaml"))
    document = opened("specs/api.yaml")
    assert document.files == {"../outside.yaml": {"secret": 1}}
    assert document.locate("/secret", "../outside.yaml").file == "outside.yaml"
    for reference, reason in (
        ("../../outside.yaml", "leads above the root of the repository"),
        ("../.git/config", "leads to a hidden file"),
    ):
        (repository / "specs/api.yaml").write_text(ROOT.replace("parts/a.yaml", reference))
        with pytest.raises(SpecError, match=reason):
            opened("specs/api.yaml")


def test_hidden_files_are_not_read(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("token: 1\n")
    (folder / "api.yaml").write_text(ROOT.replace("parts/a.yaml", ".git/config"))
    with pytest.raises(SpecError, match="leads to a hidden file"):
        opened(folder)


def test_a_file_above_a_revisions_folder_is_named_by_its_path(repository: Path) -> None:
    (repository / "specs/api.yaml").write_text(ROOT.replace("parts/a.yaml", "../outside.yaml"))
    subprocess.run(["git", "add", "."], check=True)
    assert opened(":specs/api.yaml").locate("/secret", "../outside.yaml").file == ":outside.yaml"


@pytest.fixture
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder.parent)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.test", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *command], check=True)
    return folder.parent


def test_a_revision_of_a_file_is_read_with_the_files_of_that_revision(repository: Path) -> None:
    (repository / "specs/parts/a.yaml").write_text("get: {changed: 1}\n")
    document = opened("HEAD:specs/api.yaml")
    assert document.source == "HEAD:specs/api.yaml"
    assert document.files == {"parts/a.yaml": {"get": {}}}
    assert document.locate("/get", "parts/a.yaml").file == "HEAD:specs/parts/a.yaml"


def test_a_revision_reaches_all_of_its_repository_and_nothing_above(repository: Path) -> None:
    api = repository / "specs/api.yaml"
    api.write_text(ROOT.replace("parts/a.yaml", "../outside.yaml"))
    subprocess.run(["git", "add", "."], check=True)
    assert opened(":specs/api.yaml").files == {"../outside.yaml": {"secret": 1}}
    api.write_text(ROOT.replace("parts/a.yaml", "../../outside.yaml"))
    subprocess.run(["git", "add", "."], check=True)
    with pytest.raises(SpecError, match="leads above the root of the repository"):
        opened(":specs/api.yaml")


@pytest.mark.parametrize("argument", ["HEAD:gone.yaml", "nowhere:specs/api.yaml", "HEAD:a\nb", "--help:x"])
def test_what_git_does_not_know_is_said(repository: Path, argument: str) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        source(argument)


def test_a_folder_of_a_revision_is_not_a_document(repository: Path) -> None:
    with pytest.raises(SpecError, match="specs is a folder; name the file in it"):
        source("HEAD:specs")
