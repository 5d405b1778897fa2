"""What a field is computed from: `likelihood * impact`. Names, numbers, `+ - * /` and parentheses, and nothing else.

A formula is read once, by descent, into a short list of steps; working it out is exact in decimals and bounded, since
neither the length of a formula nor the digits of a value can grow beyond what is stated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow

from docctl.core.values import value
from docctl.errors import Malformed

MAX_FORMULA = 200
MAX_NESTING = 8
MAX_RESULT = Decimal(10) ** 30
_TOKEN = re.compile(r" *(?:([a-z][a-z0-9]*(?:-[a-z0-9]+)*)|([0-9]{1,15}(?:\.[0-9]{1,6})?)(?![0-9.])|([-+*/()]))")
# Wide enough that nothing but a division is ever rounded; no flag is kept between two uses.
_CONTEXT = Context(
    prec=60, Emax=120, Emin=-120, rounding=ROUND_HALF_UP, traps=[DivisionByZero, InvalidOperation, Overflow]
)


@value
class Formula:
    """A formula that was read.

    Attributes:
        text: As it was written.
        steps: What to do, operands first: a name, a number (it begins with a digit), or one of `+ - * /`.
    """

    text: str
    steps: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it takes, each once."""
        return tuple(dict.fromkeys(one for one in self.steps if one[0].isalpha()))


def read(text: str) -> Formula:
    """A formula.

    Raises:
        Malformed: `formula-syntax` (value).
    """
    if len(text) > MAX_FORMULA:
        raise _bad(text)
    tokens: list[str] = []
    at, end = 0, len(text.rstrip(" "))
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise _bad(text)
        tokens.append(found[1] or found[2] or found[3])
        at = found.end()
    reader = _Reader(text, tokens)
    reader.total(0)
    if reader.left:
        raise _bad(text)
    return Formula(text, tuple(reader.steps))


class _Reader:
    """Reads by descent: a sum of products of names, numbers and sums in parentheses."""

    def __init__(self, text: str, tokens: list[str]) -> None:
        self.text = text
        self.left = tokens[::-1]
        self.steps: list[str] = []

    def total(self, depth: int) -> None:
        self.product(depth)
        while self.left and self.left[-1] in "+-":
            sign = self.left.pop()
            self.product(depth)
            self.steps.append(sign)

    def product(self, depth: int) -> None:
        self.one(depth)
        while self.left and self.left[-1] in "*/":
            sign = self.left.pop()
            self.one(depth)
            self.steps.append(sign)

    def one(self, depth: int) -> None:
        part = self.left.pop() if self.left else ""
        if part == "(" and depth < MAX_NESTING:
            self.total(depth + 1)
            if not self.left or self.left.pop() != ")":
                raise _bad(self.text)
        elif part[:1].isalnum():
            self.steps.append(part)
        else:
            raise _bad(self.text)


def work_out(formula: Formula, numbers: Mapping[str, Decimal], decimals: int) -> Decimal | None:
    """The result, rounded half up to so many decimals; None if it cannot be had: a division by zero, or far too large.

    Args:
        formula: What to work out.
        numbers: A number for each of its names.
        decimals: Of the result.
    """
    stack: list[Decimal] = []
    try:
        for one in formula.steps:
            if one in "+-*/":
                right, left = stack.pop(), stack.pop()
                stack.append(_done(one, left, right))
            else:
                stack.append(numbers[one] if one[0].isalpha() else Decimal(one))
        result = stack.pop()
        if abs(result) >= MAX_RESULT:
            return None
        rounded = result.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT.copy())
    except DecimalException:
        return None
    # There is no negative nothing.
    return rounded + Decimal(0) if rounded == 0 else rounded


def _done(sign: str, left: Decimal, right: Decimal) -> Decimal:
    context = _CONTEXT.copy()
    match sign:
        case "+":
            return context.add(left, right)
        case "-":
            return context.subtract(left, right)
        case "*":
            return context.multiply(left, right)
        case _:
            return context.divide(left, right)


def _bad(text: str) -> Malformed:
    return Malformed("formula-syntax", value=text[:80])
