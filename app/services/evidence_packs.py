"""Make an evidence pack: the workbook with its documents, annexes and the proofs of the log.

The order matters. First everything that says something goes into the ZIP; then the digest of it all goes
into the log as the entry ``export.pack``; then the log is sealed, so that the checkpoint in the pack covers
its own making; then come the proofs under that checkpoint. So a second pack with other contents leaves a
second entry, and a pack that the log doesn't know is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency, EvidenceFile
from app.queries import log, pack_proofs
from app.queries.assessments import find_agency, get_worksheet
from app.queries.wbk import get_wbk_input
from app.security.checkpoints import log_id
from app.security.keys import KeyName
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.security.vault import unwrap_case_key
from app.services.audit_log import acting_role, append_agency_entry
from app.services.exports import CutOffInFuture, may_export
from app.services.sealing import seal
from app.storage import get_storage
from reports.evidence.annexes import annexes
from reports.evidence.guide import guide
from reports.evidence.pack import PackWriter, Signer
from reports.evidence.verifier import CASES, EXPORT, GROWTH, HEAD, LEAVES, canonical
from reports.rows import WbkInput
from reports.wbk.workbook import build_workbook
from workflows.canonical import instant_text
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor

EXPORTED = "export.pack"
"""Kind of the log entry."""
MOST_LEAVES = 1_000_000
"""Up to so many entries the leaf hashes of the whole log travel along (32 bytes each)."""


class NotSealed(Exception):
    """The log could not be sealed just now (a long transaction runs): the pack would not prove its making."""


class ForeignWitness(ValueError):
    """A checkpoint that was handed in is not of this installation's log."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written.

    :ivar manifest: digest of its contents, as the log has it
    :ivar entries: how many entries of the log its checkpoint covers
    :ivar unproved: numbers of cases without an entry in the log, such as imported history
    """

    path: Path
    name: str
    manifest: str
    files: int
    cases: int
    entries: int
    unproved: tuple[str, ...]


def make_pack(
    agency_code: str,
    year: int,
    *,
    out: Path,
    as_of: datetime,
    actor: Actor,
    at: datetime,
    witnesses: Sequence[Witness] = (),
    generated_by: str = "",
) -> Pack:
    """Write the pack of an agency and year to `out`, which must not be there yet.

    :param as_of: cut-off of cases, answers and evidence
    :param witnesses: checkpoints kept outside, for which the pack is to show that the log only grew
    :param generated_by: function of who exports, never a name
    :raises CaseNotVisible: no such agency, or not for this actor
    :raises CutOffInFuture: `as_of` after `at`
    :raises ForeignWitness: a checkpoint is of another log
    :raises NotSealed: the log can't be sealed just now
    :raises FileExistsError: `out` is there already
    :raises reports.wbk.errors.WbkError: an answer that the worksheet doesn't allow, or of another version
    """
    session = db.session()
    agency = find_agency(session, agency_code)
    if agency is None or not may_export(agency, actor):
        raise CaseNotVisible(EXPORTED)
    if as_of > at:
        raise CutOffInFuture
    given = get_wbk_input(session, agency, year, as_of=as_of, actor=actor, generated_by=generated_by)
    writer = PackWriter(out, as_of)
    try:
        return _write(writer, agency, given, actor=actor, at=at, witnesses=witnesses)
    except BaseException:
        writer.discard()
        raise


def _write(
    writer: PackWriter,
    agency: Agency,
    given: WbkInput,
    *,
    actor: Actor,
    at: datetime,
    witnesses: Sequence[Witness],
) -> Pack:
    code, numbers = agency.code, [case.number for case in given.cases]
    _add_contents(writer, db.session(), code, given)
    unproved = _without_entries(db.session(), numbers, given.as_of)
    about: dict[str, Any] = {
        "agency": code,
        "year": given.year,
        "as_of": instant_text(given.as_of),
        "made_at": instant_text(at),
        "worksheet": given.worksheet_version,
        "unproved": dict.fromkeys(unproved, "no entry in the log up to the cut-off"),
    }
    digest = writer.content_digest(about)
    entry_id = _enter(agency.id, digest, given, len(writer.files), actor, at)
    signed = seal(at)
    session = db.session()
    position = pack_proofs.find_entry_position(session, entry_id)
    if signed is None or position is None:
        raise NotSealed
    _add_proofs(writer, session, signed, numbers, given.as_of, (entry_id, position), witnesses)
    key = get_keys().current(KeyName.CHECKPOINT)
    files = len(writer.files)
    writer.close(about, Signer(key.id, key.sign), at)
    return Pack(
        path=writer.path,
        name=f"bukti-WBK-{code}-{given.year}-{given.cut_off:%Y%m%d}.zip",
        manifest=digest,
        files=files,
        cases=len(numbers),
        entries=signed.checkpoint.size,
        unproved=tuple(unproved),
    )


def _add_contents(writer: PackWriter, session: Session, code: str, given: WbkInput) -> None:
    """Everything that says something: guide, verifier, keys, workbook, annexes, documents."""
    writer.add("BACA-SAYA.txt", [guide(given).encode()])
    writer.add_verifier()
    published = json.dumps(PublishedKeys.of(get_keys()).to_json(), indent=2).encode()
    writer.add("kunci-saat-dibuat.json", [published])
    book = build_workbook(get_worksheet(given.worksheet_version), given)
    writer.add(f"WBK-{code}-{given.year}.xlsx", [book])
    for path, chunks in annexes(given):
        writer.add(path, chunks)
    for path, chunks in _opened(_documents(session, [row.id for row in given.evidence], given.as_of)):
        writer.add(path, chunks)


def _opened(documents: Iterable[tuple[str, EvidenceFile]]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Documents with their bytes; the next is read and opened while the one before is packed.

    Packing, hashing and opening all let another thread run: on two cores it saves a sixth of the time, at the
    price of one more chunk in memory.
    """
    storage, keys = get_storage(), get_keys()
    ahead: tuple[str, Future[Iterator[bytes]]] | None = None
    with ThreadPoolExecutor(1) as pool:
        for path, document in documents:
            key = unwrap_case_key(keys, document.vault_key_id, document.wrapped_key)
            ready, ahead = ahead, (path, pool.submit(storage.open, document.storage_key, key))
            if ready is not None:
                yield ready[0], ready[1].result()
        if ahead is not None:
            yield ahead[0], ahead[1].result()


def _documents(
    session: Session, evidence_ids: Sequence[int], as_of: datetime
) -> Iterator[tuple[str, EvidenceFile]]:
    """Documents with their paths: the evidence item's id, a counter, and the ending of the given name."""
    rows = session.scalars(
        select(EvidenceFile)
        .where(EvidenceFile.evidence_id.in_(evidence_ids), EvidenceFile.uploaded_at <= as_of)
        .order_by(EvidenceFile.evidence_id, EvidenceFile.id)
    )
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.evidence_id] = number = counts.get(row.evidence_id, 0) + 1
        ending = PurePosixPath(row.name).suffix.lower()
        safe = ending if ending.isascii() and ending[1:].isalnum() and len(ending) <= 6 else ""
        yield f"bukti/{row.evidence_id:05d}-{number}{safe}", row


def _without_entries(session: Session, numbers: Sequence[str], as_of: datetime) -> list[str]:
    """Cases that the log holds nothing of by the cut-off, sealed or not yet."""
    known = pack_proofs.list_logged_numbers(session, numbers, as_of)
    return [number for number in sorted(numbers) if number not in known]


def _enter(agency_id: int, digest: str, given: WbkInput, files: int, actor: Actor, at: datetime) -> int:
    def work(session: Session) -> int:
        return append_agency_entry(
            session,
            session.get_one(Agency, agency_id),
            kind=EXPORTED,
            actor=actor,
            role=acting_role(actor),
            at=at,
            facts={
                "manifest": digest,
                "year": given.year,
                "as_of": instant_text(given.as_of),
                "files": files,
                "cases": len(given.cases),
                "worksheet": given.worksheet_version,
            },
        ).id

    return run_in_unit(work)


def _add_proofs(
    writer: PackWriter,
    session: Session,
    signed: SignedCheckpoint,
    numbers: Sequence[str],
    as_of: datetime,
    export: tuple[int, int],
    witnesses: Sequence[Witness],
) -> None:
    size, prover = signed.checkpoint.size, pack_proofs.Prover(session, signed)
    writer.add(HEAD, [canonical(signed.to_json())])
    writer.add(EXPORT, [canonical(prover.inclusion(export[1], log.get_body(session, export[0])))])
    writer.add(CASES, _case_lines(session, prover, numbers, as_of, size))
    writer.add(GROWTH, [canonical([prover.growth(old) for old in _older(session, size, witnesses)])])
    if size <= MOST_LEAVES:
        writer.add(LEAVES, pack_proofs.stream_leaves(session, size))


def _case_lines(
    session: Session, prover: pack_proofs.Prover, numbers: Sequence[str], as_of: datetime, size: int
) -> Iterator[bytes]:
    for number, entries in pack_proofs.list_case_entries(session, numbers, as_of, size):
        if entries:
            proofs = [prover.inclusion(one.position, one.body) for one in entries]
            yield canonical({"number": number, "entries": proofs}) + b"\n"


def _older(session: Session, size: int, witnesses: Sequence[Witness]) -> list[SignedCheckpoint]:
    """Checkpoints that went to witnesses by letter, and those handed in, each once, by size."""
    older: dict[int, SignedCheckpoint] = {}
    for mailed in pack_proofs.list_witnessed_sizes(session):
        row = log.find_checkpoint(session, mailed)
        if row is not None:
            older[mailed] = log.signed_checkpoint(row)
    if any(witness.signed.checkpoint.log != log_id(get_keys()) for witness in witnesses):
        raise ForeignWitness
    older |= {witness.size: witness.signed for witness in witnesses}
    return [older[one] for one in sorted(older) if 0 < one <= size]
