"""The mapping file, in which an agency says what the columns of its register mean.

TOML, checked as a whole before anything is read: each fault is named by its path, as
``columns.date_received.formats[0]``. ``docs/import.md`` explains every key.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.importing.fields import FieldSpec, codes_of
from app.importing.mapping import ColumnRule, Kind, RegisterMapping, Unknown, specs_of
from app.services.importing import IMPORTABLE, StateRule
from workflows.law import Law
from workflows.vocabulary import ClosureReason, Substate

DEFAULT_REFUSE_ABOVE_PERCENT = 50
"""A file of which more than this share of rows is refused isn't what its mapping says it is."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
_TOP = frozenset({"source", "agency", "kind", "zone", "refuse_above_percent", "file", "columns"}) | {
    "defaults",
    "state",
    "join",
    "respondent",
}
_FILE = frozenset({"encoding", "delimiter", "sheet"})
_COLUMN = frozenset({"field", "required", "values", "unknown", "empty", "formats", "prefix"})
_STATE = frozenset({"initial", "pending", "decided", "closure_reason"})


@dataclass(frozen=True, slots=True)
class MappingFault:
    """One fault of a mapping: where, and what is wrong there."""

    path: str
    why: str


class MappingError(Exception):
    """The mapping can't be used.

    :ivar faults: all of them, in the order of the file
    """

    def __init__(self, faults: Sequence[MappingFault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.why}" for fault in faults))
        self.faults = tuple(faults)


def parse_mapping(text: str, law: Law) -> RegisterMapping:
    """The mapping of a TOML text.

    :raises MappingError: naming every fault by its path
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError([MappingFault("(berkas)", f"bukan TOML yang sah: {error}")]) from None
    return _Parser(raw, law, hashlib.sha256(text.encode()).hexdigest()).parse()


@dataclass(slots=True)
class _Parser:
    """Reads the parts of one mapping and gathers all faults."""

    raw: dict[str, Any]
    law: Law
    digest: str
    faults: list[MappingFault] = field(default_factory=list)

    def fault(self, path: str, why: str) -> None:
        self.faults.append(MappingFault(path, why))

    def parse(self) -> RegisterMapping:
        self.only_known(self.raw, _TOP, "")
        kind = self.kind()
        file = self.table(self.raw, "file", "file")
        self.only_known(file, _FILE, "file")
        mapping = RegisterMapping(
            digest=self.digest,
            source=self.matching("source", _SOURCE, "huruf kecil, angka, titik dan tanda hubung"),
            agency=self.text(self.raw, "agency", "agency", needed=True),
            kind=kind,
            zone=self.zone(),
            encoding=self.encoding(file),
            delimiter=self.delimiter(file),
            sheet=self.text(file, "sheet", "file.sheet") or None,
            columns=self.columns(kind),
            defaults=self.defaults(kind),
            state=self.state(kind),
            join_source=self.join(kind),
            same_respondent=self.same_respondent(kind),
            refuse_above_percent=self.percent(),
        )
        self.check_fields(mapping)
        if self.faults:
            raise MappingError(self.faults)
        return mapping

    # --- plain values --------------------------------------------------------------------

    def table(self, raw: Mapping[str, Any], key: str, path: str) -> dict[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            self.fault(path, "harus berupa tabel")
            return {}
        return value

    def text(self, raw: Mapping[str, Any], key: str, path: str, *, needed: bool = False) -> str:
        value = raw.get(key, "")
        if not isinstance(value, str):
            self.fault(path, "harus berupa teks")
            return ""
        if needed and not value.strip():
            self.fault(path, "wajib diisi")
        return value

    def texts(self, raw: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        value = raw.get(key, [])
        if not isinstance(value, list):
            self.fault(path, "harus berupa daftar teks")
            return ()
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.fault(f"{path}[{index}]", "harus berupa teks")
        return tuple(item for item in value if isinstance(item, str))

    def only_known(self, raw: Mapping[str, Any], known: frozenset[str], path: str) -> None:
        for key in raw:
            if key not in known:
                where = f"{path}.{key}" if path else key
                self.fault(where, f"kunci tidak dikenal; yang dikenal: {', '.join(sorted(known))}")

    def matching(self, key: str, pattern: re.Pattern[str], hint: str) -> str:
        value = self.text(self.raw, key, key, needed=True)
        if value.strip() and not pattern.fullmatch(value):
            self.fault(key, f"hanya {hint}")
        return value

    def kind(self) -> Kind:
        value = self.text(self.raw, "kind", "kind", needed=True)
        try:
            return Kind(value)
        except ValueError:
            if value:
                self.fault("kind", "harus complaints atau findings")
            return Kind.COMPLAINTS

    def zone(self) -> ZoneInfo:
        name = self.text(self.raw, "zone", "zone") or "Asia/Jakarta"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self.fault("zone", f"bukan nama zona waktu IANA: {name!r}")
            return ZoneInfo("Asia/Jakarta")

    def encoding(self, file: Mapping[str, Any]) -> str:
        name = self.text(file, "encoding", "file.encoding") or "utf-8"
        try:
            found = codecs.lookup(name)
        except LookupError:
            self.fault("file.encoding", f"pengodean tidak dikenal: {name!r}")
            return "utf-8"
        if not getattr(found, "_is_text_encoding", True):
            self.fault("file.encoding", f"bukan pengodean teks: {name!r}")
        return "utf-8-sig" if found.name == "utf-8" else found.name

    def delimiter(self, file: Mapping[str, Any]) -> str:
        value = self.text(file, "delimiter", "file.delimiter") or ","
        if len(value) != 1 or value in '"\r\n':
            self.fault("file.delimiter", "harus satu karakter, bukan kutip atau baris baru")
            return ","
        return value

    def percent(self) -> int:
        value = self.raw.get("refuse_above_percent", DEFAULT_REFUSE_ABOVE_PERCENT)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
            self.fault("refuse_above_percent", "harus bilangan bulat 0 sampai 100")
            return DEFAULT_REFUSE_ABOVE_PERCENT
        return value

    # --- columns and defaults ------------------------------------------------------------

    def columns(self, kind: Kind) -> tuple[ColumnRule, ...]:
        rules = []
        columns = self.table(self.raw, "columns", "columns")
        if not columns:
            self.fault("columns", "wajib diisi: paling sedikit satu kolom")
        for name, raw in columns.items():
            path = f"columns.{name}"
            raw = {"field": raw} if isinstance(raw, str) else raw
            if not isinstance(raw, dict):
                self.fault(path, "harus nama isian atau tabel")
                continue
            self.only_known(raw, _COLUMN, path)
            spec = self.spec(kind, self.text(raw, "field", f"{path}.field", needed=True), f"{path}.field")
            if spec is not None:
                rules.append(self.column(name, spec, raw, path))
        return tuple(rules)

    def column(self, name: str, spec: FieldSpec, raw: Mapping[str, Any], path: str) -> ColumnRule:
        required = raw.get("required", spec.required)
        if not isinstance(required, bool):
            self.fault(f"{path}.required", "harus true atau false")
            required = spec.required
        prefix = self.text(raw, "prefix", f"{path}.prefix")
        if prefix and (spec.is_instant or spec.codes is not None):
            self.fault(f"{path}.prefix", "hanya untuk isian berupa teks bebas")
        return ColumnRule(
            name=name,
            spec=spec,
            required=required,
            values=self.values(raw, spec, path),
            unknown=self.unknown(raw, path),
            empty=frozenset(self.texts(raw, "empty", f"{path}.empty")),
            formats=self.formats(raw, spec, path),
            prefix=prefix,
        )

    def spec(self, kind: Kind, name: str, path: str) -> FieldSpec | None:
        specs = specs_of(kind)
        if name and name not in specs:
            self.fault(path, f"isian tidak dikenal: {name!r}; yang dikenal: {', '.join(specs)}")
        return specs.get(name)

    def values(self, raw: Mapping[str, Any], spec: FieldSpec, path: str) -> Mapping[str, str] | None:
        if "values" not in raw:
            return None
        values = self.table(raw, "values", f"{path}.values")
        for key, value in values.items():
            if not isinstance(value, str):
                self.fault(f"{path}.values.{key}", "harus berupa teks")
            elif value:
                self.check_code(spec, value, f"{path}.values.{key}")
        return {key: value for key, value in values.items() if isinstance(value, str)}

    def unknown(self, raw: Mapping[str, Any], path: str) -> Unknown:
        value = self.text(raw, "unknown", f"{path}.unknown") or Unknown.REFUSE.value
        try:
            return Unknown(value)
        except ValueError:
            self.fault(f"{path}.unknown", "harus refuse, keep atau empty")
            return Unknown.REFUSE

    def formats(self, raw: Mapping[str, Any], spec: FieldSpec, path: str) -> tuple[str, ...]:
        formats = self.texts(raw, "formats", f"{path}.formats")
        if formats and not spec.is_instant:
            self.fault(f"{path}.formats", "hanya untuk isian tanggal atau waktu")
        if spec.is_instant and not formats:
            self.fault(f"{path}.formats", "wajib diisi untuk tanggal, misalnya ['%d/%m/%Y']")
        for index, pattern in enumerate(formats):
            if not _is_date_format(pattern):
                self.fault(f"{path}.formats[{index}]", f"bukan pola tanggal lengkap: {pattern!r}")
        return formats

    def defaults(self, kind: Kind) -> Mapping[str, str]:
        defaults = self.table(self.raw, "defaults", "defaults")
        found: dict[str, str] = {}
        for name in defaults:
            path = f"defaults.{name}"
            spec = self.spec(kind, name, path)
            value = self.text(defaults, name, path)
            if spec is None:
                continue
            if spec.is_instant or spec.is_key:
                self.fault(path, "tidak boleh punya nilai baku: harus berasal dari register")
            elif value:
                self.check_code(spec, value, path)
                found[name] = value
        return found

    def check_code(self, spec: FieldSpec, value: str, path: str) -> None:
        if spec.codes is None:
            return
        codes = codes_of(spec, self.law)
        if value not in codes:
            self.fault(path, f"bukan nilai {spec.name}: {value!r}; yang dikenal: {', '.join(codes)}")

    # --- what hangs together -------------------------------------------------------------

    def state(self, kind: Kind) -> StateRule:
        raw = self.table(self.raw, "state", "state")
        self.only_known(raw, _STATE, "state")
        if kind is Kind.COMPLAINTS:
            for key in ("pending", "decided"):
                if key in raw:
                    self.fault(f"state.{key}", "hanya untuk kind = 'findings'")
            initial = self.substate(raw, "initial", Substate.ACKNOWLEDGED)
            reason = self.reason(raw, initial)
            return StateRule(initial=initial, pending=initial, decided=initial, closure_reason=reason)
        if "initial" in raw:
            self.fault("state.initial", "hanya untuk kind = 'complaints'")
        pending = self.substate(raw, "pending", Substate.CLARIFICATION)
        decided = self.substate(raw, "decided", Substate.CLOSED)
        reason = self.reason(raw, pending, decided)
        return StateRule(initial=pending, pending=pending, decided=decided, closure_reason=reason)

    def substate(self, raw: Mapping[str, Any], key: str, default: Substate) -> Substate:
        value = self.text(raw, key, f"state.{key}") or default.value
        if value not in IMPORTABLE:
            known = ", ".join(IMPORTABLE)
            self.fault(f"state.{key}", f"bukan keadaan yang dapat diimpor: {value!r}; pilih: {known}")
            return default
        return Substate(value)

    def reason(self, raw: Mapping[str, Any], *substates: Substate) -> ClosureReason:
        value = self.text(raw, "closure_reason", "state.closure_reason") or ClosureReason.DECIDED.value
        if value not in {reason.value for reason in ClosureReason}:
            self.fault("state.closure_reason", f"bukan alasan penutupan: {value!r}")
            return ClosureReason.DECIDED
        if "closure_reason" in raw and not any(substate.is_closed for substate in substates):
            self.fault("state.closure_reason", "tidak ada keadaan tertutup yang memakainya")
        return ClosureReason(value)

    def join(self, kind: Kind) -> str:
        raw = self.table(self.raw, "join", "join")
        self.only_known(raw, frozenset({"source"}), "join")
        if kind is Kind.COMPLAINTS:
            if raw:
                self.fault("join", "hanya untuk kind = 'findings'")
            return ""
        return self.text(raw, "source", "join.source", needed=True)

    def same_respondent(self, kind: Kind) -> tuple[str, ...]:
        raw = self.table(self.raw, "respondent", "respondent")
        self.only_known(raw, frozenset({"same_when"}), "respondent")
        if raw and kind is Kind.COMPLAINTS:
            self.fault("respondent", "hanya untuk kind = 'findings'")
        return self.texts(raw, "same_when", "respondent.same_when")

    def check_fields(self, mapping: RegisterMapping) -> None:
        filled: dict[str, str] = {}
        for rule in mapping.columns:
            if rule.spec.name in filled:
                self.fault(
                    f"columns.{rule.name}.field",
                    f"{rule.spec.name} sudah diisi kolom {filled[rule.spec.name]}",
                )
            filled[rule.spec.name] = rule.name
        for spec in mapping.specs.values():
            if spec.required and spec.name not in filled and spec.name not in mapping.defaults:
                self.fault("columns", f"tidak ada kolom untuk isian wajib {spec.name}")


def _is_date_format(pattern: str) -> bool:
    """Whether the pattern names a whole date: what it prints of one, it reads back."""
    probe = datetime(2019, 11, 28, tzinfo=UTC)
    try:
        back = datetime.strptime(probe.strftime(pattern), pattern)  # noqa: DTZ007 (only its date counts)
    except (ValueError, re.error):
        return False
    return back.date() == probe.date()


Progress = Callable[[int], None]
"""Told how far a reader is, in the units of the table's size."""
