"""Imports point inward only, and each third-party package has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("srs", "exporters")
    for path in sorted((ROOT / folder).rglob("*.py"))
}

RINGS = (
    ("srs.errors", 1), ("srs.model", 1), ("srs.ids", 1),
    ("srs.corpus.read", 3), ("srs.corpus", 2), ("srs.scheduler", 2), ("srs.query", 2), ("srs.paper", 2), ("srs.settings", 2), ("srs.toml", 2),
    ("srs.reconcile", 2), ("srs.stats", 2), ("srs.plan", 2),
    ("srs.store", 3), ("srs.importers", 3), ("srs.runner", 3), ("exporters", 3),
    ("srs.study", 4), ("srs.mock", 4), ("srs.cli", 5), ("srs.__main__", 5),
    ("srs", 0),
)  # fmt: skip

HOMES = {
    "yaml": "srs.corpus.frontmatter",
    "markdown": "srs.corpus.render",
    "pygments": "srs.corpus.render",
    "rapidfuzz": "srs.reconcile",
    "fsrs": "srs.scheduler.fsrs",
    "sqlite_utils": "srs.store",
    "genanki": "exporters.apkg",
    "typst": "exporters.pdf",
    "latex2mathml": "exporters.maths",
    "psutil": "srs.runner",
    "backports": "srs.importers",
    "compression": "srs.importers",
    "justhtml": "srs.importers.html",
    "click": "srs.cli",
    "rich": "srs.cli",
    "platformdirs": "srs.cli",
}

OUTSIDE = {
    "os",
    "pathlib",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "random",
    "secrets",
    "socket",
}
"""What touches the world: files, clock, chance."""


def ring(module: str) -> int:
    return next(n for name, n in RINGS if module == name or module.startswith(f"{name}."))


def within(module: str, home: str) -> bool:
    return module == home or module.startswith(f"{home}.")


def imports(module: str) -> Iterator[str]:
    """Yield the modules that a module imports, inside functions too, but not for types alone."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_inward(module: str) -> None:
    for imported in imports(module):
        if imported not in MODULES:
            continue
        assert ring(imported) <= ring(module), f"{module} imports {imported}"
        if ring(imported) == ring(module) == 3:
            group = next(name for name, n in RINGS if n == 3 and within(module, name))
            assert within(imported, group), f"{module} imports {imported}"
        if within(imported, "exporters"):
            assert within(module, "exporters") or within(module, "srs.cli")


@pytest.mark.parametrize("module", [m for m in MODULES if ring(m) in (1, 2)])
def test_the_inner_rings_touch_nothing_outside(module: str) -> None:
    assert not {name.partition(".")[0] for name in imports(module)} & OUTSIDE
    assert ".now(" not in MODULES[module].read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_packages_stay_at_home(module: str) -> None:
    for imported in imports(module):
        home = HOMES.get(imported.partition(".")[0])
        assert home is None or within(module, home), f"{module} imports {imported}"


def test_only_the_command_line_prints_or_exits() -> None:
    for module, path in MODULES.items():
        if not within(module, "srs.cli"):
            calls = {
                ast.unparse(node.func)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call)
            }
            assert not calls & {"print", "sys.exit", "exit", "input"}, module
