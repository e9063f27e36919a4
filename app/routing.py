"""Rules of addresses that are made ready when they are first used.

werkzeug compiles two functions for each rule, one of which is seldom called, when the rule is added: with
more rules than a page has addresses, that is two thirds of what it takes to start the application or to run
one of its commands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_builders: dict[tuple[object, ...], Builder] = {}
"""By all that a builder is compiled from; an application made a second time finds them here."""


class LateRule(Rule):
    """A rule whose address builders are compiled at their first call."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        if self.defaults:  # what their converters make of them is compiled in
            return compile_now(append_unknown)

        def build(rule: LateRule, /, **values: Any) -> tuple[str, str]:
            key = (rule.rule, *rule._trace, append_unknown)
            builder = _builders.get(key)
            if builder is None:
                builder = _builders[key] = compile_now(append_unknown)
            return builder(rule, **values)

        return build
