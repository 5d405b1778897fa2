"""How an error is planted in a rule and taken out again."""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Every function, method and property that a module defines, by its path."""
    found: dict[str, FunctionType] = {}
    for name, value in vars(module).items():
        parts = vars(value).items() if isinstance(value, type) else ((None, value),)
        for inner, part in parts:
            function = part.fget if isinstance(part, property) else part
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                found[f"{name}.{inner}" if inner else name] = function
    return found


@contextmanager
def planted(name: str, old: str, new: str):
    """A module of the core with an error in it: compiled afresh, its changed functions lend their code."""
    module = importlib.import_module(f"docctl.core.{name}")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert old in source, f"{name} has no line like: {old}"
    fresh = ModuleType(module.__name__)
    fresh.__file__ = module.__file__
    exec(compile(source.replace(old, new, 1), str(module.__file__), "exec"), fresh.__dict__)
    right, wrong = functions(module), functions(fresh)
    lent: list[tuple[FunctionType, CodeType]] = []
    for path, function in right.items():
        if function.__code__ != wrong[path].__code__:
            lent.append((function, function.__code__))
            function.__code__ = wrong[path].__code__
    assert lent, f"nothing changed in {name}: {old}"
    try:
        yield
    finally:
        for function, code in lent:
            function.__code__ = code
