"""The criteria: reads the worksheet data (JSON text) into frozen types, or says where it is wrong.

The types themselves stand in :mod:`reports.wbk.worksheet` and may be imported from here.
"""

from __future__ import annotations

import json
import math
from typing import Any

from reports.wbk.errors import WorksheetError
from reports.wbk.worksheet import (
    Automation,
    Basis,
    Component,
    CountingPolicy,
    Half,
    Indicator,
    InputField,
    Kind,
    Option,
    Predicate,
    Prerequisite,
    Regulation,
    Remark,
    ResultGroup,
    Source,
    StatusMapping,
    SubComponent,
    SystemData,
    Thresholds,
    Worksheet,
)
from workflows.vocabulary import Confidence

COMPONENTS, SUB_COMPONENTS, INDICATORS = 6, 42, 113

__all__ = [
    "Component",
    "Indicator",
    "Kind",
    "Predicate",
    "SubComponent",
    "Worksheet",
    "parse_worksheet",
]


class _Node:
    """A JSON object with its path, so that every complaint says where."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise WorksheetError(path, "an object is expected")
        self.value: dict[str, Any] = value
        self.path = path

    def fail(self, key: str, why: str) -> WorksheetError:
        return WorksheetError(f"{self.path}.{key}" if self.path else key, why)

    def get(self, key: str) -> Any:
        if key not in self.value:
            raise self.fail(key, "is missing")
        return self.value[key]

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value:
            raise self.fail(key, "a text is expected")
        return value

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if self.value.get(key) is not None else None

    def number(self, key: str) -> float:
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "a number is expected")
        return float(value)

    def maybe_int(self, key: str) -> int | None:
        value = self.value.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fail(key, "a whole number is expected")
        return value

    def node(self, key: str) -> _Node:
        return _Node(self.get(key), f"{self.path}.{key}" if self.path else key)

    def nodes(self, key: str) -> list[_Node]:
        value = self.get(key)
        if not isinstance(value, list):
            raise self.fail(key, "a list is expected")
        path = f"{self.path}.{key}" if self.path else key
        return [_Node(item, f"{path}[{at}]") for at, item in enumerate(value)]

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, "a list of texts is expected")
        return tuple(value)

    def confidence(self, key: str = "confidence") -> Confidence:
        try:
            return Confidence(self.text(key))
        except ValueError:
            raise self.fail(key, f"{self.get(key)!r} is no confidence") from None

    def basis(self, source: str = "source", confidence: str = "confidence") -> Basis:
        return Basis(self.texts(source), self.confidence(confidence))

    def items(self, key: str) -> list[tuple[str, _Node]]:
        node = self.node(key)
        return [(name, _Node(value, f"{node.path}.{name}")) for name, value in node.value.items()]


def parse_worksheet(text: str) -> Worksheet:
    """The worksheet from its JSON text, with weights, counts, ids and sources checked.

    :raises WorksheetError: the text is no JSON, a node is missing or of the wrong shape, weights
        do not add up, an id stands twice, a source is unknown
    """
    try:
        root = _Node(json.loads(text), "")
    except json.JSONDecodeError as error:
        raise WorksheetError("", f"not JSON: {error}") from None
    meta, weights, mapping = (
        root.node("meta"),
        root.node("bobot_total"),
        root.node("pemetaan_status_pengaduan"),
    )
    worksheet = Worksheet(
        version=meta.text("versi_berkas"),
        title=meta.text("judul"),
        legal_basis=meta.text("dasar"),
        wording_note=meta.text("catatan_teks"),
        components=tuple(map(_component, root.nodes("komponen"))),
        results=tuple(map(_result_group, root.nodes("hasil"))),
        thresholds={p: _thresholds(p, root.node("ambang_predikat").node(p.value)) for p in Predicate},
        policies=tuple(map(_policy, root.nodes("kebijakan_hitung"))),
        regulations=tuple(map(_regulation, root.nodes("regulasi"))),
        prerequisites=tuple(
            _prerequisite(level, node)
            for level in ("instansi", "unit")
            for node in root.node("prasyarat").nodes(level)
        ),
        remarks=tuple(
            Remark(node.text("id"), node.text("teks"), node.basis())
            for node in root.nodes("temuan_dan_konflik")
        ),
        sources=tuple(
            Source(
                code,
                node.text("judul"),
                node.text("alamat"),
                node.maybe_text("catatan") or "",
            )
            for code, node in root.items("sumber")
        ),
        status_basis=mapping.text("dasar"),
        status_mapping=tuple(
            StatusMapping(node.text("angka_lke"), node.text("ambil_dari"))
            for node in mapping.nodes("pemetaan")
        ),
        status_mapping_confidence=mapping.confidence("confidence_pemetaan"),
        lever_weight=weights.number("pengungkit"),
        result_weight=weights.number("hasil"),
    )
    _check(worksheet)
    return worksheet


def _component(node: _Node) -> Component:
    owner = node.node("penanggung_jawab_polres")
    return Component(
        id=node.text("id"),
        name_id=node.text("nama_id"),
        name_en=node.text("nama_en"),
        weight=node.number("bobot"),
        minimum_wbk=node.number("minimal_wbk"),
        minimum_wbbm=node.number("minimal_wbbm"),
        owner=owner.text("teks"),
        owner_confidence=owner.confidence(),
        fulfilment=_half("P", node.node("pemenuhan")),
        reform=_half("R", node.node("reform")),
        basis=node.basis(),
    )


def _half(letter: str, node: _Node) -> Half:
    return Half(
        letter,
        node.number("bobot"),
        tuple(map(_sub_component, node.nodes("sub_komponen"))),
    )


def _sub_component(node: _Node) -> SubComponent:
    indicators = tuple(map(_indicator, node.nodes("indikator")))
    if node.maybe_int("jumlah_indikator") != len(indicators) or not indicators:
        raise node.fail("jumlah_indikator", f"does not match {len(indicators)} indicators")
    return SubComponent(
        id=node.text("id"),
        lke_code=node.text("kode_lke"),
        name_id=node.text("nama_id"),
        name_en=node.text("nama_en"),
        weight=node.number("bobot"),
        indicators=indicators,
        basis=node.basis(),
    )


def _result_group(node: _Node) -> ResultGroup:
    return ResultGroup(
        id=node.text("id"),
        name_id=node.text("nama_id"),
        name_en=node.text("nama_en"),
        weight=node.number("bobot"),
        indicators=tuple(map(_indicator, node.nodes("indikator"))),
        basis=node.basis(),
    )


def _indicator(node: _Node) -> Indicator:
    try:
        kind = Kind(node.text("tipe"))
    except ValueError:
        raise node.fail("tipe", f"{node.get('tipe')!r} is no kind of answer") from None
    row = node.maybe_int("baris_excel")
    if row is None:
        raise node.fail("baris_excel", "is missing")
    system = node.node("data_sistem") if "data_sistem" in node.value else None
    return Indicator(
        id=node.text("id"),
        lke_code=node.text("kode_lke"),
        excel_row=row,
        portal_question_id=node.maybe_int("soal_id_portalrb"),
        text_id=node.text("text_id"),
        text_en=node.text("text_en"),
        kind=kind,
        weight=node.number("bobot") if "bobot" in node.value else None,
        options=_options(node) if kind.has_options else (),
        inputs=() if kind.has_options else _inputs(node),
        formula_text=None if kind.has_options else node.text("rumus"),
        guidance=node.maybe_text("panduan"),
        evidence_hints=node.texts("bukti_dukung"),
        evidence_basis=node.basis("bukti_source", "bukti_confidence"),
        system=_system(system) if system else None,
        basis=node.basis(),
    )


def _options(node: _Node) -> tuple[Option, ...]:
    options = tuple(Option(code, item.number("skor"), item.text("teks")) for code, item in node.items("opsi"))
    scores = [option.score for option in options]
    if len(scores) < 2 or scores[0] != 1.0 or scores[-1] != 0.0 or scores != sorted(scores, reverse=True):
        raise node.fail("opsi", "scores must fall from 1 to 0")
    return options


def _inputs(node: _Node) -> tuple[InputField, ...]:
    return tuple(
        InputField(item.text("kunci"), item.text("label"), item.maybe_int("soal_id_portalrb"))
        for item in node.nodes("masukan")
    )


def _system(node: _Node) -> SystemData:
    try:
        level = Automation(node.text("tingkat"))
    except ValueError:
        raise node.fail("tingkat", f"{node.get('tingkat')!r} is no level") from None
    return SystemData(level, node.text("catatan"), node.confidence())


def _thresholds(predicate: Predicate, node: _Node) -> Thresholds:
    return Thresholds(
        predicate=predicate,
        total=node.number("nilai_total_min"),
        levers=node.number("pengungkit_min"),
        area_share=node.number("area_pengungkit_min_persen") / 100,
        clean=node.number("hasil_bersih_akuntabel_min"),
        ipak_points=node.number("ipak_nilai_min"),
        ipak_survey=node.number("ipak_survei_min"),
        performance=node.number("capaian_kinerja_min"),
        service_points=node.number("pelayanan_prima_nilai_min"),
        service_survey=node.number("ipkp_survei_min"),
        previous=node.maybe_text("predikat_sebelumnya"),
        conflict_note=node.maybe_text("catatan_konflik"),
        basis=node.basis(),
    )


def _policy(node: _Node) -> CountingPolicy:
    return CountingPolicy(
        node.text("id"),
        node.text("masalah"),
        node.text("perilaku_excel_resmi"),
        node.text("usul"),
        node.basis(),
    )


def _regulation(node: _Node) -> Regulation:
    return Regulation(node.text("nama"), node.text("status"), node.text("keterangan"), node.basis())


def _prerequisite(level: str, node: _Node) -> Prerequisite:
    value = node.get("nilai")
    shown = value if isinstance(value, str) else "ya" if value is True else ""
    return Prerequisite(node.text("id"), level, node.text("text_id"), shown, node.basis())


def _check(worksheet: Worksheet) -> None:
    """What must hold across nodes.

    :raises WorksheetError: naming the first thing that does not
    """
    _expect(
        len(worksheet.components) == COMPONENTS,
        "komponen",
        f"{COMPONENTS} components are expected",
    )
    _expect(
        len(worksheet.sub_components) == SUB_COMPONENTS,
        "komponen",
        f"{SUB_COMPONENTS} sub-components",
    )
    _expect(
        len(worksheet.by_id) == len(worksheet.indicators),
        "komponen",
        "an indicator id stands twice",
    )
    _expect(
        len(worksheet.indicators) == INDICATORS,
        "komponen",
        f"{INDICATORS} indicators are expected",
    )
    for component in worksheet.components:
        for half in component.halves:
            _adds_up(
                f"{component.id}.{half.letter}",
                half.weight,
                (sub.weight for sub in half.sub_components),
            )
        _adds_up(component.id, component.weight, (half.weight for half in component.halves))
    _adds_up(
        "bobot_total.pengungkit",
        worksheet.lever_weight,
        (c.weight for c in worksheet.components),
    )
    for group in worksheet.results:
        _adds_up(
            group.id,
            group.weight,
            (indicator.weight or 0.0 for indicator in group.indicators),
        )
    _adds_up(
        "bobot_total.hasil",
        worksheet.result_weight,
        (group.weight for group in worksheet.results),
    )
    known = {source.code for source in worksheet.sources}
    for indicator in worksheet.indicators:
        unknown = set(indicator.basis.source + indicator.evidence_basis.source) - known
        _expect(not unknown, indicator.id, f"unknown sources {sorted(unknown)}")


def _adds_up(path: str, weight: float, parts: Any) -> None:
    _expect(
        math.isclose(weight, math.fsum(parts), abs_tol=1e-9),
        path,
        "weights do not add up",
    )


def _expect(holds: bool, path: str, why: str) -> None:
    if not holds:
        raise WorksheetError(path, why)
