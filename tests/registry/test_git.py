import os
import subprocess
from pathlib import Path

import pytest

from registry.errors import NotFound, RegistryError, SourceUnavailable
from registry.sources import git
from registry.sources.host import Location, Push, Surroundings


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Mara", "-c", "user.email=mara@example.com"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repositories" / "specs"
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main", ".")
    _commit(folder, "openapi: 3.0.3\n")
    return folder


def _commit(folder: Path, text: str) -> str:
    (folder / "apis").mkdir(exist_ok=True)
    (folder / "apis" / "orders.yaml").write_text(text)
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "-m", "a change")
    return _git(folder, "rev-parse", "HEAD")


def _around(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path / "clones", tmp_path / "repositories", "", None)


def test_a_file_is_read_at_the_commit_that_was_pushed_and_not_at_the_newest(
    tmp_path: Path, repository: Path
) -> None:
    pushed = _commit(repository, "pushed")
    _commit(repository, "newer")
    location = Location(str(repository), "main", "apis/orders.yaml")
    assert git.reader(location, pushed, _around(tmp_path))("apis/orders.yaml") == b"pushed"


def test_a_later_push_is_fetched_into_the_same_clone(tmp_path: Path, repository: Path) -> None:
    location, around = Location(str(repository), "main", "apis/orders.yaml"), _around(tmp_path)
    git.reader(location, git.tip(location, around), around)
    second = _commit(repository, "second")
    assert git.tip(location, around) == second
    assert git.reader(location, second, around)("apis/orders.yaml") == b"second"
    assert len(list((tmp_path / "clones").iterdir())) == 1


def test_what_is_not_there_is_named(tmp_path: Path, repository: Path) -> None:
    location, around = Location(str(repository), "main", "apis/orders.yaml"), _around(tmp_path)
    with pytest.raises(NotFound, match=r"no file nothing\.yaml at commit"):
        git.reader(location, git.tip(location, around), around)("nothing.yaml")
    with pytest.raises(NotFound, match="has no commit 0000"):
        git.reader(location, "0" * 40, around)
    with pytest.raises(SourceUnavailable, match="could not fetch"):
        git.tip(Location(str(repository), "nowhere", "x"), around)


def test_a_path_outside_the_allowed_folder_is_refused(tmp_path: Path, repository: Path) -> None:
    outside = Surroundings(tmp_path / "clones", tmp_path / "clones", "", None)
    with pytest.raises(RegistryError, match="is no folder below"):
        git.check(str(repository), outside)


def test_a_hook_s_body_says_what_the_branch_points_at() -> None:
    commit = "b" * 40
    body = {"ref": "refs/heads/main", "after": commit}
    assert git.understand({}, body) == Push(commit, "main", commit)
    with pytest.raises(RegistryError, match="the body must hold"):
        git.understand({}, {"ref": "refs/tags/v1", "after": commit})
