"""Verifying a receipt: by the published keys alone, never by what the receipt itself brings along."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.security.checkpoints import verify_checkpoint
from app.security.keys import KeyName
from app.security.published_keys import PublishedKeys
from app.security.receipts import Inclusion, NotAReceipt, Receipt, SignedReceipt
from workflows.audit import parse_entry
from workflows.canonical import NotCanonical
from workflows.commitments import FileDigest, opens_files, opens_text
from workflows.merkle import leaf_hash, verify_inclusion


class Check(enum.StrEnum):
    """One thing that is checked, in this order."""

    DOCUMENT = "document"
    KEY = "key"
    SIGNATURE = "signature"
    TEXT = "text"
    FILES = "files"
    ENTRY = "entry"
    CHECKPOINT = "checkpoint"
    INCLUSION = "inclusion"


class Outcome(enum.StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended, and that in words."""

    check: Check
    outcome: Outcome

    @property
    def reason(self) -> LazyString:
        """One plain sentence for a reader, in the language of the page."""
        return _WORDS[self.check, self.outcome]


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What the verification of a receipt found.

    :ivar results: in the order of `Check`; a check that an earlier failure makes senseless is left out
    :ivar receipt: what the receipt says; None if it could not be read. To be believed only if it
        `is_genuine`.
    :ivar key_id: which key it says it was signed by
    :ivar sealed_at: when a checkpoint sealed it; None if it holds no proof of that
    """

    results: tuple[CheckResult, ...]
    receipt: Receipt | None = None
    key_id: str | None = None
    sealed_at: datetime | None = None

    @property
    def is_genuine(self) -> bool:
        """Whether nothing failed: we signed it, and nothing that was shown with it contradicts it."""
        return all(result.outcome is not Outcome.FAILED for result in self.results)

    @property
    def is_sealed(self) -> bool:
        """Whether it is proven to stand in the log."""
        return self.is_genuine and self.sealed_at is not None

    def is_promise_broken(self, at: datetime) -> bool:
        """Whether, for all that the receipt shows at `at`, it was not sealed within the time promised."""
        if self.receipt is None:
            return False
        return (self.sealed_at or at) > self.receipt.sealing_due_at


def verify_receipt(
    document: bytes,
    published: PublishedKeys,
    *,
    text: str | None = None,
    salt: bytes | None = None,
    files: Sequence[FileDigest] | None = None,
) -> ReceiptReport:
    """Check a receipt, and whether a text and files are those that it was issued for.

    :param document: its bytes, as they were handed out
    :param published: the list at ``/verifikasi``
    :param text: the text to compare; the receipt's own is compared in any case
    :param salt: opens the commitment of an edition that holds none
    :param files: digests of the files to compare, in order
    """
    try:
        signed = SignedReceipt.parse(document)
    except NotAReceipt:
        return ReceiptReport((CheckResult(Check.DOCUMENT, Outcome.FAILED),))
    receipt, inclusion = signed.receipt, signed.inclusion
    outcomes = {Check.DOCUMENT: Outcome.PASSED, **_check_signature(signed, published)}
    outcomes[Check.TEXT] = _check_text(receipt, text, salt)
    outcomes[Check.FILES] = _check_files(receipt, files, salt)
    if inclusion is None:
        outcomes[Check.INCLUSION] = Outcome.UNCHECKED
    else:
        outcomes |= _check_inclusion(receipt, inclusion, published)
    results = tuple(CheckResult(check, outcomes[check]) for check in Check if check in outcomes)
    sealed_at = inclusion.checkpoint.checkpoint.at if inclusion is not None else None
    report = ReceiptReport(results, receipt, signed.key_id, sealed_at)
    return report if report.is_genuine else ReceiptReport(results, receipt, signed.key_id)


def _check_signature(signed: SignedReceipt, published: PublishedKeys) -> dict[Check, Outcome]:
    at = signed.receipt.issued_at
    key = published.find(KeyName.RECEIPT, signed.key_id)
    if key is None or not key.was_in_use(at):
        return {Check.KEY: Outcome.FAILED}
    holds = published.verify(KeyName.RECEIPT, signed.key_id, signed.signed_bytes(), signed.signature, at)
    return {Check.KEY: Outcome.PASSED, Check.SIGNATURE: _outcome(holds)}


def _check_text(receipt: Receipt, text: str | None, salt: bytes | None) -> Outcome:
    salt = receipt.salt or salt
    texts = [one for one in (receipt.shortfall, text) if one is not None]
    if salt is None or not texts:
        return Outcome.UNCHECKED
    return _outcome(all(_opens(receipt.text_commitment, one, salt) for one in texts))


def _opens(commitment: str, text: str, salt: bytes) -> bool:
    try:
        return opens_text(commitment, text, salt)
    except ValueError:  # a salt of another length, or a text that is no valid Unicode
        return False


def _check_files(receipt: Receipt, files: Sequence[FileDigest] | None, salt: bytes | None) -> Outcome:
    salt = receipt.salt or salt
    if files is None:
        return Outcome.UNCHECKED
    if receipt.files_commitment is None or not files:
        return _outcome(receipt.files_commitment is None and not files)
    if salt is None:
        return Outcome.UNCHECKED
    try:
        return _outcome(opens_files(receipt.files_commitment, files, salt))
    except ValueError:
        return Outcome.FAILED


def _check_inclusion(
    receipt: Receipt, inclusion: Inclusion, published: PublishedKeys
) -> dict[Check, Outcome]:
    signed = inclusion.checkpoint
    is_in_log = verify_inclusion(
        leaf=leaf_hash(inclusion.entry),
        index=inclusion.position,
        size=signed.checkpoint.size,
        proof=inclusion.proof,
        root=signed.checkpoint.root,
    )
    return {
        Check.ENTRY: _outcome(_is_entry_of(receipt, inclusion.entry)),
        Check.CHECKPOINT: _outcome(verify_checkpoint(published, signed)),
        Check.INCLUSION: _outcome(is_in_log),
    }


def _is_entry_of(receipt: Receipt, body: bytes) -> bool:
    try:
        entry = parse_entry(body)
    except NotCanonical:
        return False
    expected = receipt.facts()
    return bool(entry["chain"] == f"case:{receipt.number}") and expected.items() <= entry["facts"].items()


def _outcome(holds: bool) -> Outcome:
    return Outcome.PASSED if holds else Outcome.FAILED


_WORDS: dict[tuple[Check, Outcome], LazyString] = {
    (Check.DOCUMENT, Outcome.PASSED): _l("Dokumen ini berbentuk tanda terima Sahut yang utuh."),
    (Check.DOCUMENT, Outcome.FAILED): _l(
        "Dokumen ini bukan tanda terima Sahut, atau isinya tidak lagi persis seperti saat diterbitkan."
    ),
    (Check.KEY, Outcome.PASSED): _l("Kunci penanda tangan tercantum dalam daftar kunci yang diumumkan."),
    (Check.KEY, Outcome.FAILED): _l(
        "Kunci penanda tangan tidak tercantum dalam daftar kunci yang diumumkan, atau tidak berlaku saat itu."
    ),
    (Check.SIGNATURE, Outcome.PASSED): _l("Tanda tangan elektronik cocok dengan isi tanda terima."),
    (Check.SIGNATURE, Outcome.FAILED): _l(
        "Tanda tangan elektronik tidak cocok: isinya telah diubah, atau tidak diterbitkan oleh instansi."
    ),
    (Check.TEXT, Outcome.PASSED): _l("Uraian pengaduan sama dengan yang diterima."),
    (Check.TEXT, Outcome.FAILED): _l("Uraian pengaduan tidak sama dengan yang diterima."),
    (Check.TEXT, Outcome.UNCHECKED): _l("Uraian pengaduan tidak ikut diperiksa."),
    (Check.FILES, Outcome.PASSED): _l("Berkas dan urutannya sama dengan yang diterima."),
    (Check.FILES, Outcome.FAILED): _l("Berkas atau urutannya tidak sama dengan yang diterima."),
    (Check.FILES, Outcome.UNCHECKED): _l("Berkas tidak ikut diperiksa."),
    (Check.ENTRY, Outcome.PASSED): _l("Catatan dalam log adalah catatan penerimaan pengaduan ini."),
    (Check.ENTRY, Outcome.FAILED): _l("Catatan yang dilampirkan bukan catatan penerimaan pengaduan ini."),
    (Check.CHECKPOINT, Outcome.PASSED): _l("Segel log ditandatangani dengan kunci yang diumumkan."),
    (Check.CHECKPOINT, Outcome.FAILED): _l("Segel log tidak ditandatangani dengan kunci yang diumumkan."),
    (Check.INCLUSION, Outcome.PASSED): _l(
        "Penerimaan pengaduan ini terbukti tercatat dalam log yang disegel."
    ),
    (Check.INCLUSION, Outcome.FAILED): _l("Bukti pencatatan dalam log tidak cocok dengan segelnya."),
    (Check.INCLUSION, Outcome.UNCHECKED): _l(
        "Tanda terima ini belum memuat bukti pencatatan dalam log. Unduh kembali setelah log disegel."
    ),
}
