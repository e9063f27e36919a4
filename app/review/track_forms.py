"""Forms of the Ombudsman's track: requests, examination reports, recommendations, verdicts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms import (
    Choice,
    DateField,
    LongTextField,
    NoteField,
    RadioChoiceField,
    Required,
    SahutForm,
    SelectChoiceField,
    SubmitButton,
    TextField,
)
from app.forms.track_files import TrackForm
from app.forms.track_words import COMPLIANCE, conclusion_words, maladministration_words, request_words
from app.law import get_law
from app.services.examination_reports import ActionOrder, Report
from workflows.ombudsman import Compliance, Conclusion, RequestKind

FINDINGS, ACTIONS = 3, 4
"""Rooms of the form; an examination with more gives a second report."""


class SubjectForm(SahutForm):
    """An examination without a case."""

    agency = SelectChoiceField(_l("Satuan"), [Required(_l("Pilih satuan."))], blank=_l("Pilih satuan"))
    subject = TextField(
        _l("Pokok pemeriksaan"),
        [Required(_l("Tulis pokok pemeriksaan."))],
        description=_l("Misalnya antrean SIM. Jangan menulis nama orang."),
    )
    send = SubmitButton(_l("Mulai pemeriksaan"))


class RequestForm(TrackForm):
    """A request, or a summons, inspection or mediation to record."""

    kind = RadioChoiceField(_l("Jenis"), [Required(_l("Pilih jenisnya."))])
    number = TextField(_l("Nomor surat"), max_length=80)
    text = LongTextField(_l("Isi"), [Required(_l("Tulis isinya."))])
    due_on = DateField(
        _l("Batas menyerahkan dokumen"),
        description=_l("Hanya untuk permintaan dokumen. Penjelasan tertulis selalu 14 hari."),
        subject=_l("batas waktu"),
    )
    held_on = DateField(
        _l("Tanggal pelaksanaan"),
        description=_l("Untuk pemanggilan, pemeriksaan lapangan, dan mediasi."),
        subject=_l("tanggal pelaksanaan"),
    )
    send = SubmitButton(_l("Sampaikan kepada satuan"))

    def prepare(self) -> RequestForm:
        """With the kinds of the law data."""
        self.kind.offer([Choice(one.value, request_words(one.value)) for one in RequestKind])
        return self

    @property
    def chosen(self) -> RequestKind | None:
        """The kind."""
        return RequestKind(self.kind.data) if self.kind.data else None


class RecommendationForm(TrackForm):
    """A recommendation."""

    number = TextField(_l("Nomor rekomendasi"), [Required(_l("Tulis nomor surat."))], max_length=80)
    issued_on = DateField(
        _l("Tanggal rekomendasi"), [Required(_l("Isi tanggal surat."))], subject=_l("tanggal rekomendasi")
    )
    text = LongTextField(_l("Isi rekomendasi"), [Required(_l("Tulis isinya."))])
    send = SubmitButton(_l("Sampaikan kepada satuan"))


class VerdictForm(SahutForm):
    """The verdict on a corrective action that was reported done."""

    verdict = RadioChoiceField(
        _l("Penilaian"),
        [Required(_l("Pilih penilaiannya."))],
        choices=[
            Choice("verified", _l("Terverifikasi: sudah dilaksanakan")),
            Choice("sent_back", _l("Kembalikan dengan alasan"), _l("Batas waktunya tetap.")),
        ],
    )
    text = NoteField(_l("Alasan"), [Required(_l("Tulis alasannya."))])
    send = SubmitButton(_l("Simpan penilaian"))


class AssessForm(SahutForm):
    """How far a recommendation was followed."""

    compliance = RadioChoiceField(
        _l("Kepatuhan"),
        [Required(_l("Pilih penilaiannya."))],
        choices=[Choice(one.value, COMPLIANCE[one]) for one in Compliance if one is not Compliance.NOT_DUE],
    )
    text = NoteField(_l("Alasan"), [Required(_l("Tulis alasannya."))])
    send = SubmitButton(_l("Simpan penilaian"))


class PublishForm(SahutForm):
    """That a neglected recommendation was published, and where."""

    text = NoteField(
        _l("Publikasi dan laporan kepada DPR dan Presiden"), [Required(_l("Tulis isinya."))], id="publikasi"
    )
    send = SubmitButton(_l("Catat publikasi"), id="kirim-publikasi")


class LhpForm(TrackForm):
    """An examination report; its findings and actions are fields made by `lhp_form`."""

    number = TextField(_l("Nomor LHP"), [Required(_l("Tulis nomor surat."))], max_length=80)
    issued_on = DateField(_l("Tanggal LHP"), [Required(_l("Isi tanggal surat."))], subject=_l("tanggal LHP"))
    conclusion = RadioChoiceField(_l("Kesimpulan"), [Required(_l("Pilih kesimpulan pemeriksaan."))])
    summary = LongTextField(_l("Ringkasan hasil pemeriksaan"), [Required(_l("Tulis isinya."))])
    send = SubmitButton(_l("Sampaikan LHP kepada satuan"))

    def used(self, name: str, count: int, *parts: str) -> list[int]:
        """Places in which something was entered."""
        return [n for n in range(count) if any(self[f"{name}_{n}_{part}"].data for part in parts)]

    @property
    def used_findings(self) -> list[int]:
        """Places of findings."""
        return self.used("finding", FINDINGS, "kind", "text")

    @property
    def used_actions(self) -> list[int]:
        """Places of actions."""
        return self.used("action", ACTIONS, "text", "unit", "officer")

    @property
    def report(self) -> Report:
        """What was typed, as the service takes it."""
        findings = self.used_findings
        return Report(
            number=self.number.data or "",
            issued_on=self.issued_on.data,
            conclusion=Conclusion(self.conclusion.data) if self.conclusion.data else None,
            summary=self.summary.data or "",
            findings=tuple(
                (self[f"finding_{n}_kind"].data or "", self[f"finding_{n}_text"].data or "") for n in findings
            ),
            actions=tuple(self._order(n, findings) for n in self.used_actions),
        )

    @property
    def field_map(self) -> dict[str, str]:
        """The service's places are without gaps; ours are those of the page."""
        parts = ("text", "unit", "officer", "due_on", "finding")
        named = {
            f"action_{at}_{part}": f"action_{n}_{part}"
            for at, n in enumerate(self.used_actions)
            for part in parts
        }
        return named | {
            f"finding_{at}_{part}": f"finding_{n}_{part}"
            for at, n in enumerate(self.used_findings)
            for part in ("kind", "text")
        }

    def _order(self, n: int, findings: list[int]) -> ActionOrder:
        def number(part: str) -> int | None:
            typed = self[f"action_{n}_{part}"].data
            return int(typed) if typed and typed.isdecimal() else None

        finding = number("finding")
        return ActionOrder(
            text=self[f"action_{n}_text"].data or "",
            unit_id=number("unit"),
            officer_id=number("officer"),
            due_on=self[f"action_{n}_due_on"].data,
            finding=findings.index(finding) if finding in findings else None,
        )


def lhp_form(units: list[Choice], officers: list[Choice], due_on: Any) -> LhpForm:
    """The form of a report.

    :param due_on: proposed day of every action
    """
    kinds = [Choice(code, maladministration_words(code)) for code in get_law().maladministration]
    fields: dict[str, Any] = {}
    for n in range(FINDINGS):
        fields[f"finding_{n}_kind"] = SelectChoiceField(
            _("Temuan %(n)s: bentuk maladministrasi", n=n + 1), choices=kinds, blank=_("Tanpa temuan")
        )
        fields[f"finding_{n}_text"] = NoteField(_("Temuan %(n)s: uraian", n=n + 1))
    places = [Choice(str(n), _("Temuan %(n)s", n=n + 1)) for n in range(FINDINGS)]
    for n in range(ACTIONS):
        name = _("Tindakan %(n)s", n=n + 1)
        fields |= {
            f"action_{n}_text": NoteField(_("%(name)s: yang harus dilakukan", name=name)),
            f"action_{n}_finding": SelectChoiceField(
                _("%(name)s: untuk temuan", name=name), choices=places, blank=_("LHP secara keseluruhan")
            ),
            f"action_{n}_unit": SelectChoiceField(
                _("%(name)s: unit", name=name), choices=units, blank=_("Pilih unit")
            ),
            f"action_{n}_officer": SelectChoiceField(
                _("%(name)s: petugas", name=name), choices=officers, blank=_("Kepala unit")
            ),
            f"action_{n}_due_on": DateField(
                _("%(name)s: batas waktu", name=name), default=due_on, subject=_("batas waktu")
            ),
        }
    form: LhpForm = type("FilledLhpForm", (LhpForm,), fields)()
    form.conclusion.offer([Choice(one.value, conclusion_words(one.value)) for one in Conclusion])
    return form
