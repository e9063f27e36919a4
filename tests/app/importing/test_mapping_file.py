"""A mapping is checked as a whole; every fault is named by its path."""

from __future__ import annotations

import pytest

from app.importing.mapping import Kind
from app.importing.mapping_file import MappingError, parse_mapping
from app.law import get_law
from tests.app.importing.support import mapping_of, mapping_text
from workflows.vocabulary import Substate


def faults(text: str) -> dict[str, str]:
    """Path and reason of everything that is wrong with a mapping."""
    with pytest.raises(MappingError) as raised:
        parse_mapping(text, get_law())
    return {fault.path: fault.why for fault in raised.value.faults}


def test_the_example_mappings_are_sound() -> None:
    complaints, findings = mapping_of("complaints"), mapping_of("findings")
    assert complaints.kind is Kind.COMPLAINTS
    assert complaints.zone.key == "America/New_York"
    assert complaints.state.initial is Substate.ACKNOWLEDGED
    assert findings.join_source == complaints.source
    assert findings.state.decided is Substate.CLOSED
    assert findings.column_names == (
        "cap_number",
        "po_initials",
        "allegations_investigated",
        "investigative_findings",
        "disciplinary_findings",
        "po_race",
        "po_sex",
    )


COMPLAINTS = mapping_text("complaints")
FINDINGS = mapping_text("findings")


@pytest.mark.parametrize(
    ("text", "old", "new", "path"),
    [
        (COMPLAINTS, 'source = "ppd-cap"', "", "source"),
        (COMPLAINTS, 'source = "ppd-cap"', 'source = "Kantor Lama"', "source"),
        (COMPLAINTS, 'agency = "SRG"', "", "agency"),
        (COMPLAINTS, 'kind = "complaints"', 'kind = "aduan"', "kind"),
        (COMPLAINTS, '"America/New_York"', '"Mars/Olympus"', "zone"),
        (COMPLAINTS, '"America/New_York"', "7", "zone"),
        (COMPLAINTS, 'encoding = "utf-8"', 'encoding = "klingon"', "file.encoding"),
        (COMPLAINTS, 'encoding = "utf-8"', 'encoding = "base64"', "file.encoding"),
        (COMPLAINTS, 'delimiter = ","', 'delimiter = ",,"', "file.delimiter"),
        (COMPLAINTS, 'delimiter = ","', 'sparator = ","', "file.sparator"),
        (COMPLAINTS, 'field = "external_number"', 'field = "nomor"', "columns.cap_number.field"),
        (COMPLAINTS, 'field = "narrative"', "", "columns.summary.field"),
        (COMPLAINTS, 'field = "narrative"', 'field = "place"', "columns.summary.field"),
        (COMPLAINTS, 'field = "narrative"', 'field = "loss"', "columns"),
        (
            COMPLAINTS,
            'field = "narrative"',
            'field = "narrative"\nrequired = "ya"',
            "columns.summary.required",
        ),
        (COMPLAINTS, 'field = "narrative"', 'field = "narrative"\nunknown = "x"', "columns.summary.unknown"),
        (
            COMPLAINTS,
            'field = "narrative"',
            'field = "narrative"\nformats = ["%Y"]',
            "columns.summary.formats",
        ),
        (
            COMPLAINTS,
            'formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]',
            'formats = ["%Y-%m-%d", "%m/%d"]',
            "columns.date_received.formats[1]",
        ),
        (COMPLAINTS, 'formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]', "", "columns.date_received.formats"),
        (
            COMPLAINTS,
            'empty = ["UNK", "0"]',
            'empty = ["UNK", 0]',
            "columns.dist_occurrence.empty[1]",
        ),
        (
            COMPLAINTS,
            '"DRUGS" = "corruption"',
            '"DRUGS" = "narkoba"',
            "columns.general_cap_classification.values.DRUGS",
        ),
        (COMPLAINTS, 'channel = "letter"', 'channel = "merpati"', "defaults.channel"),
        (COMPLAINTS, 'channel = "letter"', 'warna = "biru"', "defaults.warna"),
        (COMPLAINTS, 'channel = "letter"', 'received_at = "2020-01-01"', "defaults.received_at"),
        (COMPLAINTS, 'initial = "acknowledged"', 'initial = "dispositioned"', "state.initial"),
        (COMPLAINTS, 'initial = "acknowledged"', 'pending = "closed"', "state.pending"),
        (
            COMPLAINTS,
            'initial = "acknowledged"',
            'initial = "closed"\nclosure_reason = "bosan"',
            "state.closure_reason",
        ),
        (COMPLAINTS, "[state]", '[join]\nsource = "x"\n[state]', "join"),
        (FINDINGS, 'source = "ppd-cap"\n', "", "join.source"),
        (FINDINGS, 'pending = "clarification"', 'initial = "closed"', "state.initial"),
        (FINDINGS, '"po_sex"]', "7]", "respondent.same_when[2]"),
    ],
)
def test_a_fault_is_named_by_its_path(text: str, old: str, new: str, path: str) -> None:
    assert old in text
    assert path in faults(text.replace(old, new, 1))


def test_all_faults_are_named_at_once() -> None:
    text = COMPLAINTS.replace('"letter"', '"merpati"').replace('"acknowledged"', '"selesai"')
    assert set(faults(text)) == {"defaults.channel", "state.initial"}


def test_what_is_no_toml_is_said_to_be_none() -> None:
    assert "bukan TOML" in faults("kolom: nomor")["(berkas)"]
