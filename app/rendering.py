"""Jinja as pages of many small parts want it: what they do hundreds of times a page is done in one step.

Nothing here changes what a template means, and Jinja's own way stays open to everything that doesn't fit a
shortcut. The shortcuts know two things of our templates that Jinja cannot know: all share the globals of one
environment, and what they write is joined into a page and not used as `Markup` any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from types import FunctionType, MethodType
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Environment as BaseEnvironment
from jinja2 import Template
from jinja2.runtime import Context, Macro, Undefined
from markupsafe import Markup, escape

_PLAIN = (FunctionType, MethodType)
_OF_DICTIONARIES = frozenset(dir(dict))
_has_marks = re.compile("[&<>\"']").search


def text_of(value: Any) -> str:
    """What a template writes for `value`: markup as it is, all else escaped, as `markupsafe.escape` does.

    It isn't marked as `Markup`, which costs ten times as much: a page has several hundred places to fill.
    """
    kind = type(value)
    if kind is Markup or (kind is str and not _has_marks(value)):
        return value
    if kind is int:
        return str(value)
    return value.__html__() if hasattr(kind, "__html__") else escape(value)


class PageMacro(Macro):
    """A macro that gives markup in one step."""

    def _invoke(self, arguments: list[Any], autoescape: bool) -> str:
        written = self._func(*arguments)
        return str.__new__(Markup, written) if autoescape else written


class PageContext(Context):
    """Calls macros and plain functions without asking each time what they want to be handed."""

    def call(self, called: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What `{{ called(…) }}` gives."""
        if type(called) is PageMacro:
            args = (self.eval_ctx, *args)
        elif type(called) not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_loop_vars", None)  # what the compiler adds inside of loops and blocks
        kwargs.pop("_block_vars", None)
        return called(*args, **kwargs)


class PageTemplate(Template):
    """A template that fills its places by `text_of`, and that is run once where others import it.

    Jinja looks through all globals at each import, in case that one is new.
    """

    @classmethod
    def _from_namespace(
        cls, environment: BaseEnvironment, namespace: MutableMapping[str, Any], *rest: Any
    ) -> Template:
        namespace.update(escape=text_of, Macro=PageMacro)
        return super()._from_namespace(environment, namespace, *rest)

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return super()._get_default_module()


class PageEnvironment(Environment):
    """The environment of all of Sahut's templates."""

    context_class = PageContext
    template_class = PageTemplate

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._absent: dict[str, Undefined] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: of a dictionary its entry, unless dictionaries have a method of that name."""
        if type(obj) is not dict or attribute in _OF_DICTIONARIES:
            return super().getattr(obj, attribute)
        found = obj.get(attribute, self._absent)
        if found is not self._absent:
            return found
        if attribute not in self._absent:
            self._absent[attribute] = self.undefined(name=attribute)
        return self._absent[attribute]
