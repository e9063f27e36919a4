"""The transition table as a Mermaid diagram, for ``docs/states.md``."""

from workflows.law import Law
from workflows.transitions import TransitionTable
from workflows.vocabulary import PUBLIC_STATE, Event, PublicState, Substate


def draw_states(law: Law, table: TransitionTable) -> str:
    """A ``stateDiagram-v2``: public states as groups, one arrow for each way of each event."""
    lines = ["stateDiagram-v2", "    direction TB"]
    for state in PublicState:
        lines.append(f'    state "{law.public_states[state].label_id} ({state})" as {state} {{')
        lines += [f"        {substate}" for substate in Substate if PUBLIC_STATE[substate] == state]
        lines.append("    }")
    lines.append("    [*] --> submitted: submit")
    for event in Event:
        row = table[event]
        if event == Event.SUBMIT:
            continue
        for source in table.sources_of(event):
            if row.to is not None:
                lines.append(f"    {source} --> {row.to}: {event}")
            if row.to_if_never_complete is not None:
                lines.append(f"    {source} --> {row.to_if_never_complete}: {event} (never complete)")
    return "\n".join(lines)


def describe_events(law: Law, table: TransitionTable) -> str:
    """A Markdown table of all events: who, from where, where to, how sure."""
    lines = [
        "| event | Indonesian | by | from | to | confidence |",
        "|---|---|---|---|---|---|",
    ]
    for event in Event:
        row, rule = table[event], law.events[event]
        sources = (
            "new" if row.sources is None else "any" if not row.sources else ", ".join(table.sources_of(event))
        )
        to = "back" if row.to_previous else (row.to or "no change")
        if row.to_if_never_complete is not None:
            to = f"{to}; {row.to_if_never_complete} if never complete"
        cells = (f"`{event}`", rule.label_id, ", ".join(sorted(row.by)), sources, to, rule.confidence)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def document_states(law: Law, table: TransitionTable) -> str:
    """The whole page."""
    return (
        "# States and events of a case\n\n"
        "Generated from the transition table by `make docs`; do not edit. What is not\n"
        "`verified` is local policy and a setting. `transfer_pending` goes back to where it came from when\n"
        "a transfer is declined.\n\n"
        f"```mermaid\n{draw_states(law, table)}\n```\n\n{describe_events(law, table)}\n"
    )
