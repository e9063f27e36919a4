"""The data file is sound, and a fault in it is found with its place."""

import ast
import copy
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workflows
from tests.workflows.clock_support import LAW, LAW_TEXT
from workflows.errors import LawError
from workflows.law import parse_law
from workflows.vocabulary import (
    Binding,
    ComplaintClass,
    Confidence,
    Event,
    LimitUnit,
    NoticeKind,
    Party,
    PublicState,
    Role,
    Substate,
)

RAW: dict[str, Any] = json.loads(LAW_TEXT)


def test_the_file_is_written_in_one_fixed_form() -> None:
    assert json.dumps(RAW, indent=2, ensure_ascii=False) + "\n" == LAW_TEXT


def test_the_law_reads_as_the_act_says() -> None:
    service = LAW.policies[ComplaintClass.SERVICE]
    notice = next(step for step in service.steps if step.stage == "completeness_notice")
    assert (notice.limit, notice.unit, notice.party) == (14, LimitUnit.CALENDAR_DAY, Party.STATION)
    assert notice.ends_at == ("request_completion", "declare_complete")
    assert notice.binding is Binding.STATUTE
    assert [LAW.cite(citation) for citation in notice.source] == ["UU 25/2009 Pasal 44(3)"]
    assert notice.confidence is Confidence.VERIFIED
    assert notice.due_confidence is Confidence.LIKELY  # that "hari" are calendar days is our reading
    assert notice.sanction == "late_response"
    assert "gaji" in LAW.sanctions["late_response"].sanction_id


def test_events_say_from_where_and_to_where() -> None:
    events = LAW.events
    assert list(events) == [Event(raw["code"]) for raw in RAW["states"]["events"]]
    assert events[Event.SUBMIT].sources is None
    assert events[Event.GIVE_DOCUMENTS].sources == frozenset()
    assert events[Event.GIVE_DOCUMENTS].to is None
    assert events[Event.ACCEPT].sources == frozenset({Substate.DISPOSITIONED, Substate.REASSIGNED})
    assert events[Event.DECLINE_TRANSFER].to_previous
    assert not events[Event.RECORD_NOTICE].to_previous
    assert events[Event.OBJECT].to is Substate.CLARIFICATION
    assert events[Event.OBJECT].to_if_never_complete is Substate.VERIFYING
    assert events[Event.LAPSE].by == (Role.SYSTEM,)
    assert {event for event, rule in events.items() if rule.can_fire_when_closed} == {
        Event.OBJECT,
        Event.CONTINUE_EX_OFFICIO,
        Event.GIVE_DOCUMENTS,
        Event.RECORD_NOTICE,
    }
    assert LAW.public_states[PublicState.RESOLVED].label_id == "Selesai"


def test_local_policy_is_marked() -> None:
    investigation = next(s for s in LAW.policies[ComplaintClass.SERVICE].steps if s.stage == "investigation")
    assert investigation.is_local_policy
    assert not LAW.events[Event.DECIDE].is_local_policy
    assert LAW.pause_cap_days == 30
    assert LAW.warning_percent() == (50, 80, 100)
    assert LAW.escalation_percent() == {Role.COORDINATOR: 100, Role.APPROVER: 120}


def test_catalogues_are_whole() -> None:
    assert len(LAW.standard_components) == 14
    assert [component.no for component in LAW.standard_components.values()] == list(range(1, 15))
    assert set(LAW.services) == {"spkt", "skck", "sim"}
    assert LAW.services["sim"].products["sim_c_new"].fee_idr == 100_000
    assert LAW.services["sim"].min_age is not None
    assert LAW.services["sim"].min_age.years["B2_umum"] == 23
    assert LAW.issues["illegal_fee"].default_class is ComplaintClass.SUPERVISORY
    assert LAW.notices[NoticeKind.RECEIPT].trigger_event is Event.ACKNOWLEDGE
    assert LAW.notices[NoticeKind.SP3D].trigger_event is None
    assert LAW.notices[NoticeKind.BREACH].to == ("data_subject", "pdp_authority")
    assert LAW.roles["respondent"].app_role is None
    assert LAW.skm.conversion_table["B"].ikm_min == 76.61
    assert {field.field for field in LAW.required_fields["complaint"] if field.required is True} >= {
        "full_name",
        "loss",
    }


def test_the_law_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        LAW.events[Event.SUBMIT] = LAW.events[Event.VERIFY]  # type: ignore[index]
    with pytest.raises(AttributeError):
        LAW.events[Event.SUBMIT].by = ()  # type: ignore[misc]


def test_the_version_follows_the_content_not_the_layout() -> None:
    assert LAW.version.startswith("2026-02+")
    assert parse_law(json.dumps(RAW)).version == LAW.version
    changed = copy.deepcopy(RAW)
    changed["sla_policies"][0]["steps"][2]["limit"] = 4
    assert parse_law(json.dumps(changed)).version != LAW.version


def _steps(raw: dict[str, Any], policy: int = 0) -> Any:
    return raw["sla_policies"][policy]["steps"]


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda r: _steps(r)[3].pop("source"), "sla_policies[0].steps[3].source", "missing"),
    (lambda r: _steps(r)[3].pop("confidence"), "sla_policies[0].steps[3].confidence", "missing"),
    (lambda r: _steps(r)[3].update(source=[]), "sla_policies[0].steps[3].source", "empty"),
    (
        lambda r: _steps(r)[3].update(source=["uu99_1999 | Pasal 1"]),
        "sla_policies[0].steps[3].source[0]",
        "unknown source",
    ),
    (
        lambda r: _steps(r)[3].update(confidence="certain"),
        "sla_policies[0].steps[3].confidence",
        "Confidence",
    ),
    (
        lambda r: _steps(r)[0].update(unit_confidence="so"),
        "sla_policies[0].steps[0].unit_confidence",
        "Confidence",
    ),
    (lambda r: _steps(r)[3].update(colour="red"), "sla_policies[0].steps[3].colour", "unknown key"),
    (lambda r: _steps(r)[3].update(starts_at="dream"), "sla_policies[0].steps[3].starts_at", "leads nowhere"),
    (
        lambda r: _steps(r)[4].update(ends_at=["decide", "dream"]),
        "sla_policies[0].steps[4].ends_at",
        "'dream'",
    ),
    (lambda r: _steps(r)[4].update(ends_at=[]), "sla_policies[0].steps[4].ends_at", "not a code"),
    (lambda r: _steps(r)[2].update(pauses=["asleep"]), "sla_policies[0].steps[2].pauses[0]", "Substate"),
    (lambda r: _steps(r)[4].update(pauses=["verifying"]), "sla_policies[0].steps[4].pauses", "never pause"),
    (lambda r: _steps(r, 4)[0].update(pauses=["verifying"]), "sla_policies[4].steps[0].pauses", "in days"),
    (lambda r: _steps(r)[3].update(limit=-1), "sla_policies[0].steps[3].limit", "no limit"),
    (lambda r: _steps(r, 4)[0].update(limit=0), "sla_policies[4].steps[0].limit", "no limit"),
    (lambda r: _steps(r)[3].update(limit="5"), "sla_policies[0].steps[3].limit", "not int"),
    (lambda r: _steps(r)[3].update(limit=True), "sla_policies[0].steps[3].limit", "not int"),
    (lambda r: _steps(r)[3].update(unit="week"), "sla_policies[0].steps[3].unit", "LimitUnit"),
    (lambda r: _steps(r)[3].update(party="judge"), "sla_policies[0].steps[3].party", "Party"),
    (lambda r: _steps(r)[3].update(binding="custom"), "sla_policies[0].steps[3].binding", "Binding"),
    (lambda r: _steps(r)[9].update(party="complainant"), "sla_policies[0].steps[9].party", "another party"),
    (
        lambda r: _steps(r)[4].update(on_breach="sanction: see sanctions.none"),
        "sla_policies[0].steps[4].on_breach",
        "'none'",
    ),
    (
        lambda r: _steps(r, 2).insert(0, _steps(r, 2).pop(4)),
        "sla_policies[2].steps[0].starts_at",
        "not one earlier step",
    ),
    (lambda r: r["sla_policies"].pop(3), "sla_policies", "lacks aspiration"),
    (
        lambda r: r["sla_policies"][1].update(complaint_class="service_complaint"),
        "sla_policies[1].complaint_class",
        "twice",
    ),
    (lambda r: r["states"]["events"][1].update({"from": "limbo"}), "states.events[1].from", "'limbo'"),
    (lambda r: r["states"]["events"][1].update({"from": []}), "states.events[1].from", "empty"),
    (lambda r: r["states"]["events"][1].update(to="limbo"), "states.events[1].to", "'limbo'"),
    (lambda r: r["states"]["events"][1].pop("to"), "states.events[1].to", "missing"),
    (lambda r: r["states"]["events"][1].update(by=["king"]), "states.events[1].by[0]", "Role"),
    (lambda r: r["states"]["events"].pop(), "states.events", "lacks record_notice"),
    (lambda r: r["states"]["public"][0]["substates"].pop(), "states.public[0].substates", "received"),
    (lambda r: r["clock_points"][0].update(code="submit"), "clock_points", "event too"),
    (
        lambda r: r["complaint_categories"]["service_issues"][0].update(default_class="gossip"),
        "complaint_categories.service_issues[0].default_class",
        "ComplaintClass",
    ),
    (
        lambda r: r["complaint_categories"]["service_issues"][0].update(applies=["post"]),
        "complaint_categories.service_issues[0].applies",
        "'post'",
    ),
    (
        lambda r: r["complaint_categories"]["police_conduct"][0].update(maladministration="x"),
        "complaint_categories.police_conduct[0].maladministration",
        "'x'",
    ),
    (lambda r: r["services"]["items"][0].update(owner_role="x"), "services.items[0].owner_role", "'x'"),
    (
        lambda r: r["outcomes"]["finding"][0].update(perpol_status="x"),
        "outcomes.finding[0].perpol_status",
        "'x'",
    ),
    (lambda r: r["notices"][0].update(to="the_press"), "notices[0].to", "'the_press'"),
    (
        lambda r: r["working_calendar"]["holidays"]["2026"]["national"].append("2026-02-30"),
        "working_calendar.holidays.2026.national[17]",
        "no date",
    ),
    (
        lambda r: r["working_calendar"].update(service_days=["mon", "noday"]),
        "working_calendar.service_days[1]",
        "'noday'",
    ),
    (lambda r: r["clock_rules"].pop(1), "clock_rules", "operational_pause"),
    (
        lambda r: r["required_fields"]["complaint"][0].update(required="maybe"),
        "required_fields.complaint[0].required",
        "conditional",
    ),
    (lambda r: r["channels"][0].update(label_id=" "), "channels[0].label_id", "empty"),
    (
        lambda r: r["service_standard_components"][0].update(no="1"),
        "service_standard_components[0].no",
        "not int",
    ),
    (
        lambda r: r["service_standard_components"][0].update(part="x"),
        "service_standard_components[0].part",
        "'x'",
    ),
    (lambda r: r.pop("sources"), "sources", "missing"),
    (lambda r: r.pop("roles"), "roles", "missing"),
    (lambda r: r.update(extra=1), "extra", "unknown key"),
]


@pytest.mark.parametrize(("spoil", "path", "why"), FAULTS, ids=[f"{path}: {why}" for _, path, why in FAULTS])
def test_a_fault_is_refused_with_its_place(
    spoil: Callable[[dict[str, Any]], object], path: str, why: str
) -> None:
    raw = copy.deepcopy(RAW)
    spoil(raw)
    with pytest.raises(LawError) as caught:
        parse_law(json.dumps(raw))
    assert caught.value.path == path
    assert why in caught.value.why


@pytest.mark.parametrize(
    ("text", "path"),
    [("{", "line 1"), ("[]", "$"), ('{"meta": 1, "meta": 2}', "meta"), ('{"sources": 3}', "sources")],
)
def test_what_is_no_data_file_is_refused(text: str, path: str) -> None:
    with pytest.raises(LawError) as caught:
        parse_law(text)
    assert caught.value.path == path


def _nodes(value: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    if isinstance(value, list):
        return [found for i, item in enumerate(value) for found in _nodes(item, f"{path}[{i}]")]
    if not isinstance(value, dict):
        return []
    own = [(path, value)] if "confidence" in value else []
    return own + [
        found for key, item in value.items() for found in _nodes(item, f"{path}.{key}" if path else key)
    ]


def test_no_node_anywhere_may_lose_its_source_or_confidence() -> None:
    """A third of the nodes at a time: which, the seed of the run says."""
    raw = copy.deepcopy(RAW)
    nodes = _nodes(raw)
    assert len(nodes) > 490
    for path, node in nodes[random.randrange(3) :: 3]:
        key = random.choice(("source", "confidence"))
        kept = node.pop(key)
        with pytest.raises(LawError) as caught:
            parse_law(json.dumps(raw))
        assert caught.value.path == f"{path}.{key}"
        node[key] = kept


def test_the_rules_import_the_standard_library_alone() -> None:
    root = Path(workflows.__file__).parent
    files = sorted(root.rglob("*.py"))
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}: relative import"
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top == "workflows" or top in sys.stdlib_module_names, f"{file} imports {name}"
