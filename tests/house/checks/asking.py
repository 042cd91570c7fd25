"""Load, require, act: whoever changes a row has asked the policy before, on every path that leads there.

The source is walked as it runs: statement by statement, into every function of the floors that is called. Both arms of
an ``if`` must have asked; what a loop asks for each round counts afterwards, as an empty round writes nothing either.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from tests.house.checks.source import dotted, files, name_of, parsed

FLOORS = ("conference", "cfp", "reviews", "schedule")
TRANSACTIONS = {"writing", "writing_blind"}
# Of the database's session, whatever it is called; of the unit of work; of statements that are then executed.
SESSION_WRITES = {"add", "add_all", "delete", "merge", "bulk_save_objects", "bulk_insert_mappings"}
SESSION_RUNS = {"execute", "scalar", "scalars"}
WORK_WRITES = {"emit", "start_job"}
STATEMENTS = {"insert", "update", "delete"}
STEPS = {"advance", "advance_all"}
# Whose own attributes are no columns; and what a form's field is given.
NO_ROWS = {"self", "cls", "work", "g", "request", "session", "cookie", "page", "field"}
OF_A_FIELD = {"choices", "data"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Named:
    """A function of the house. ``holder`` is the class of a method."""

    file: "Source"
    node: Function
    holder: str = ""

    @property
    def key(self) -> str:
        return f"{self.file.name}:{self.holder and self.holder + '.'}{self.node.name}"

    @property
    def takes_work(self) -> bool:
        names = [each.arg for each in self.node.args.posonlyargs + self.node.args.args]
        return bool(names) and names[bool(self.holder) :][:1] == ["work"]


@dataclass(frozen=True)
class Summary:
    """``asks``: on every way out. ``writes``: at all. ``faults``: what it changes before it has asked."""

    asks: bool = False
    writes: bool = False
    faults: tuple[str, ...] = ()


class Source:
    """One file: its functions, its methods by class, and what its imports stand for."""

    def __init__(self, root: Path, file: Path) -> None:
        self.name = name_of(root, file)
        self.tree = parsed(file)
        self.imports = dict(_imports(self.tree))
        self.functions: dict[str, Named] = {}
        self.methods: dict[str, list[Named]] = {}
        self.classes: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, Function):
                self.functions[node.name] = Named(self, node)
            elif isinstance(node, ast.ClassDef):
                self.classes.add(node.name)
                for each in node.body:
                    if isinstance(each, Function):
                        self.methods.setdefault(each.name, []).append(Named(self, each, node.name))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Local name and the dotted thing behind it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


@dataclass
class House:
    """All floors at once. ``trusted`` functions (file:name) change rows that nobody need be asked about."""

    root: Path
    trusted: frozenset[str] = frozenset()
    known: dict[str, Summary] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, Source]:
        found = (Source(self.root, file) for file in files(self.root, FLOORS, ".py"))
        return {each.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): each for each in found}

    @property
    def functions(self) -> Iterator[Named]:
        for source in self.sources.values():
            yield from source.functions.values()
            for methods in source.methods.values():
                yield from methods

    def find(self, name: str, hops: int = 5) -> Named | None:
        """The function behind ``package.module.function``, also where a package hands it on."""
        module, _, last = name.rpartition(".")
        source = self.sources.get(module)
        if source is None or not hops:
            return None
        if last in source.functions:
            return source.functions[last]
        return self.find(source.imports[last], hops - 1) if last in source.imports else None

    def summary(self, function: Named) -> Summary:
        if function.key not in self.known:
            self.known[function.key] = Summary()
            found = _Walk(self, function).summary()
            self.known[function.key] = replace(found, faults=()) if function.key in self.trusted else found
        return self.known[function.key]


def writes_before_asking(root: Path, trusted: Iterable[str] = (), steps: Iterable[str] = ()) -> list[str]:
    """Acts (public functions that take ``work`` first, and whatever opens a transaction) that forget to ask.

    ``steps`` are parts of larger acts: no acts themselves, but whoever calls them answers for what they change.
    """
    house, parts = House(root, frozenset(trusted)), set(steps)
    return sorted(
        f"{function.key} {fault}"
        for function in house.functions
        if function.key not in parts and (is_act(function) or _opens(function.node))
        for fault in house.summary(function).faults[:1]
    )


def never_needed(root: Path, exceptions: Iterable[str]) -> list[str]:
    """Exceptions for functions that are gone, or that need none any more."""
    house = House(root)
    faulty = {function.key for function in house.functions if house.summary(function).faults}
    return sorted(set(exceptions) - faulty)


def is_act(function: Named) -> bool:
    return function.takes_work and not function.node.name.startswith("_")


def _opens(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Call) and _last(each.func) in TRANSACTIONS for each in ast.walk(node))


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class _Walk:
    """One function from its first statement to its last."""

    def __init__(self, house: House, function: Named, around: "_Walk | None" = None) -> None:
        self.house, self.function = house, function
        self.asked = self.writes = False
        self.faults: list[str] = []
        self.exits: list[bool] = []
        self.local: dict[str, Named] = dict(around.local) if around else {}
        self.sessions: set[str] = set(around.sessions) if around else {"db"}
        self.statements: set[str] = set()

    def summary(self) -> Summary:
        if not self.block(self.function.node.body):
            self.exits.append(self.asked)
        return Summary(bool(self.exits) and all(self.exits), self.writes, tuple(self.faults))

    def block(self, body: list[ast.stmt]) -> bool:
        """True when it never comes to its end."""
        left = False
        for each in body:
            left = self.statement(each) or left
        return left

    def statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.local[node.name] = Named(self.function.file, node)
            case ast.If():
                self.visit(node.test)
                return self.arms([node.body, node.orelse])
            case ast.Match():
                self.visit(node.subject)
                return self.arms([each.body for each in node.cases] + [[]])
            case ast.Try():
                return self.attempt(node)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.visit(node.test if isinstance(node, ast.While) else node.iter)
                self.block(node.body)
                self.block(node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.visit(item.context_expr)
                return self.block(node.body)
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self.visit(node)
                if isinstance(node, ast.Return):
                    self.exits.append(self.asked)
                return True
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                self.assign(node)
            case _:
                self.visit(node)
        return False

    def arms(self, bodies: list[list[ast.stmt]]) -> bool:
        before, after = self.asked, []
        for body in bodies:
            self.asked = before
            if not self.block(body):
                after.append(self.asked)
        self.asked = all(after) if after else before
        return not after

    def attempt(self, node: ast.Try) -> bool:
        before = self.asked
        left = self.block(node.body + node.orelse)
        after = [] if left else [self.asked]
        for handler in node.handlers:
            self.asked = before
            if not self.block(handler.body):
                after.append(self.asked)
        self.asked = all(after) if after else before
        return self.block(node.finalbody) or not after

    def assign(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for each in ast.walk(target):
                if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
                    self.change(each)
                if isinstance(each, ast.Name) and node.value is not None:
                    self.note(each.id, node.value)

    def note(self, name: str, value: ast.expr) -> None:
        """Other names of the session, and statements that wait to be executed."""
        if self.is_session(value):
            self.sessions.add(name)
        if self.is_statement(value):
            self.statements.add(name)

    def change(self, target: ast.Attribute) -> None:
        is_field = target.attr in OF_A_FIELD and isinstance(target.value, ast.Attribute)
        if dotted(target.value) not in NO_ROWS and not is_field:
            self.wrote(target, f"assigns {dotted(target) or target.attr}")

    def wrote(self, node: ast.expr, what: str) -> None:
        self.writes = True
        if not self.asked:
            self.faults.append(f"{what} ({self.function.file.name}:{node.lineno})")

    def visit(self, node: ast.AST) -> None:
        """Expressions in the order in which they run; what runs later or perhaps does not count as asked."""
        match node:
            case ast.Call():
                self.call(node)
            case ast.Lambda() | ast.FunctionDef():
                self.perhaps([node.body] if isinstance(node, ast.Lambda) else node.body)
            case ast.IfExp():
                self.visit(node.test)
                self.perhaps([node.body])
                self.perhaps([node.orelse])
            case ast.BoolOp():
                self.visit(node.values[0])
                self.perhaps(node.values[1:])
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for child in reversed(list(ast.iter_child_nodes(node))):
                    self.visit(child)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.visit(child)

    def perhaps(self, nodes: Iterable[ast.AST]) -> None:
        before = self.asked
        for node in nodes:
            self.visit(node)
        self.asked = before

    def call(self, node: ast.Call) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        if what := self.written_by(node):
            self.wrote(node, what)
            return
        if _last(node.func) == "require" and not _asks_a_machine(node):
            self.asked = True
        handed = [each for each in (*node.args, *(word.value for word in node.keywords)) if isinstance(each, ast.Name)]
        for each in handed:
            for function in self.resolve(each):
                self.enter(function, node)
        found = [self.enter(function, node) for function in self.resolve(node.func)]
        self.asked = self.asked or (bool(found) and all(found))

    def enter(self, function: Named, node: ast.Call) -> bool:
        """Adds what the function changes unasked; says whether it asks."""
        is_local = self.local.get(function.node.name) == function
        found = _Walk(self.house, function, self).summary() if is_local else self.house.summary(function)
        self.writes = self.writes or found.writes
        if found.faults and not self.asked:
            self.faults.append(f"calls {function.node.name}, which {found.faults[0]}")
        return found.asks

    def resolve(self, node: ast.expr) -> list[Named]:
        """The functions that may be meant; none when it is no function of the house."""
        name, file = dotted(node), self.function.file
        first, _, rest = name.partition(".")
        if not rest and first in self.local and self.local[first].node is not self.function.node:
            return [self.local[first]]
        if not rest and first in file.functions:
            return [file.functions[first]]
        if not rest and first in file.classes:
            return [each for each in file.methods.get("__init__", []) if each.holder == first]
        if first in file.imports:
            found = self.house.find(".".join(filter(None, (file.imports[first], rest))))
            return [found] if found else []
        return file.methods.get(_last(node), []) if isinstance(node, ast.Attribute) else []

    def written_by(self, node: ast.Call) -> str:
        name = _last(node.func)
        if name in STEPS:
            return f"calls {name}"
        if name == "setattr":
            return "calls setattr"
        if not isinstance(node.func, ast.Attribute):
            return ""
        if name in WORK_WRITES and dotted(node.func.value).split(".")[-1] == "work":
            return f"calls work.{name}"
        if not self.is_session(node.func.value):
            return ""
        runs = name in SESSION_RUNS and any(self.is_statement(each) for each in node.args)
        return f"calls db.{name}" if runs or name in SESSION_WRITES else ""

    def is_session(self, node: ast.AST) -> bool:
        return (isinstance(node, ast.Attribute) and node.attr == "db") or (
            isinstance(node, ast.Name) and node.id in self.sessions
        )

    def is_statement(self, node: ast.AST) -> bool:
        return any(
            (isinstance(each, ast.Call) and _last(each.func) in STATEMENTS and not self.is_method(each))
            or (isinstance(each, ast.Name) and each.id in self.statements)
            for each in ast.walk(node)
        )

    @staticmethod
    def is_method(node: ast.Call) -> bool:
        """``names.update(…)`` of a dict is no statement; ``sa.update(…)`` and ``Row.__table__.update()`` are."""
        holder = dotted(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return bool(holder) and not holder.endswith(("sqlalchemy", "sa", "__table__"))


def _asks_a_machine(node: ast.Call) -> bool:
    """``require(machine.can(stage, step))`` asks whether the step exists, not whether this person may take it."""
    return any(isinstance(each, ast.Call) and _last(each.func) == "can" for each in node.args)
