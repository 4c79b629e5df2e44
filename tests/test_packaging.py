"""The wheel and the sdist hold all that is needed, away from the source."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return out


def srs(site: Path, home: Path, *args: str) -> str:
    """Run the command from an unpacked wheel."""
    code = "import srs, sys; from srs.cli import main; print(srs.__file__); main()"
    env = {**os.environ, "PYTHONPATH": str(site), "HOME": str(home), "XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=home, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    first, _, rest = done.stdout.partition("\n")
    assert Path(first).is_relative_to(site)
    return rest


def test_the_wheel_works_elsewhere(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    site, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        names = archive.namelist()
    assert "srs/decks/python-interview/srs.lock" in names
    assert not [n for n in names if ".srs/" in n or n.startswith("tests/") or n.endswith(".pyc")]
    assert srs(site, home, "check").endswith("no problems.\n")
    assert "legb-order" in srs(site, home, "list", "id:legb-order")
    srs(site, home, "export", "apkg", "x.apkg")
    srs(site, home, "export", "pdf", "x.pdf")
    assert (home / "x.apkg").stat().st_size > 10_000
    assert (home / "x.pdf").read_bytes().startswith(b"%PDF")


def test_the_sdist_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path / "again"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (first,), (second,) = dist.glob("*.whl"), (tmp_path / "again").glob("*.whl")
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as two:
        assert sorted(one.namelist()) == sorted(two.namelist())


def test_a_checkout_finds_its_corpus() -> None:
    code = "from srs.corpus.read import shipped_root; print(shipped_root())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True
    )
    assert Path(done.stdout.strip()) == ROOT / "decks" / "python-interview"
