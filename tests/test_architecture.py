"""Dependencies point one way, keras -> public op modules -> _function -> _core; heavy parts load on first use."""

import ast
import pathlib

from tests.programs import ROOT, run_source

PACKAGE = ROOT / "tfcompat"
FILES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
ENTRY = {"__init__", "__main__", "_install", "_internals", "_programs", "convert"}  # these stand above all others


def layer(module: str) -> int:
    """How high a module ("tfcompat.keras.layers.core") stands; it may import only what stands no higher."""
    if module == "tfcompat":
        return 2  # the tf namespace, for those who may use public ops
    if module.startswith("tfcompat.compat.v1.estimator"):
        return 3
    part = module.split(".")[1]
    heights = {"_names": 0, "_version": 0, "_core": 0, "_function": 1, "keras": 3, "estimator": 3}
    return 4 if part in ENTRY else heights.get(part, 2)


def imported_modules(path: pathlib.Path) -> set[str]:
    """Every module of ours that the file imports, anywhere in it but under `if TYPE_CHECKING`."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            found |= {f"{node.module}.{item.name}" for item in node.names}
    return {name for name in found if name.partition(".")[0] == "tfcompat"}


def test_a_module_imports_only_what_stands_no_higher() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in FILES
        for name in sorted(imported_modules(path))
        if layer(name) > layer(".".join(path.with_suffix("").parts))
    ]
    assert not wrong


def test_importing_tfcompat_loads_no_heavy_part_and_changes_nothing_in_torch() -> None:
    run_source(
        """
        import gc
        import sys
        import torch
        def settings():
            return (gc.isenabled(), torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads(),
                    torch.get_num_interop_threads(), torch.initial_seed(), torch.are_deterministic_algorithms_enabled())
        before = settings()
        import tfcompat
        assert settings() == before
        heavy = {"h5py", "google.protobuf", "PIL", "matplotlib", "pandas", "tfcompat.keras", "tfcompat.estimator",
                 "tfcompat.linalg", "tfcompat.nn", "tfcompat.random"} & set(sys.modules)
        assert not heavy, heavy
        """
    )


def test_no_file_imports_pickle() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert "pickle" not in {item.name for item in node.names}, path
