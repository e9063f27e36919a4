"""Making a `Provenance`: figures with the numbers behind them, seen by a reader who may not see all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from reports.rows import CountGroup, EvidenceRow, Provenance
from reports.wbk.proposals.facts import CaseFact, Period

Answer = str | Mapping[str, int] | None


def proposed(
    indicator_id: str,
    answer: Answer,
    period: Period,
    *,
    query: str,
    chosen: str,
    groups: Iterable[CountGroup],
    why: str,
) -> Provenance:
    """A proposal; without an answer the reason says what is lacking.

    :param chosen: the filter in words
    """
    return Provenance(
        indicator_id=indicator_id,
        proposal=answer,
        query=query,
        filter=chosen,
        as_of=period.as_of,
        groups=tuple(groups),
        remark=why if answer is None else "",
        why=why,
    )


def case_group(code: str, label: str, cases: Iterable[CaseFact]) -> CountGroup:
    """A figure that counts complaints."""
    return CountGroup(code, label, tuple(one.case.number for one in cases), of_cases=True)


def document_group(code: str, label: str, documents: Iterable[EvidenceRow]) -> CountGroup:
    """A figure that counts evidence items; one without a number goes by its title."""
    return CountGroup(code, label, tuple(row.number or row.title for row in documents))


def seen_by(item: Provenance, visible: Container[str]) -> Provenance:
    """The same figures for a reader: complaints outside their view are counted and not listed.

    :param visible: numbers of the complaints that exist for the reader
    """
    return replace(item, groups=tuple(_seen(group, visible) for group in item.groups))


def _seen(group: CountGroup, visible: Container[str]) -> CountGroup:
    if not group.of_cases:
        return group
    shown = tuple(number for number in group.numbers if number in visible)
    return replace(group, numbers=shown, hidden=group.count - len(shown))
