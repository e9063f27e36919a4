"""Checking the log as it is stored: the whole of it, or the entries of one case.

The rules are in `workflows.log_verification`; here stored rows are handed to them, a few thousand at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models import AuditChain
from app.queries import log
from workflows.audit import ChainHead, entry_digest, extend_chain, parse_entry
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.errors import ChainBroken
from workflows.log_copies import first_unlike
from workflows.log_report import LogReport
from workflows.log_verification import LogEntry, VerifySignature, verify_log
from workflows.merkle import MissingNode, NodeRun, inclusion_proof, leaf_hash, verify_inclusion


def check_log(
    session: Session,
    verify_signature: VerifySignature,
    witnesses: Sequence[Witness] = (),
    *,
    merge_delay: timedelta | None = None,
    progress: Callable[[int], None] | None = None,
) -> LogReport:
    """Check every entry, chain, node and checkpoint, and both against what witnesses hold.

    :param merge_delay: longest time that may pass until an entry is sealed
    :param progress: told the number of entries read after every 1,000
    :raises workflows.canonical.NotCanonical: a stored checkpoint can't even be read
    """
    return verify_log(
        log.stream_log(session),
        log.list_checkpoints(session),
        verify_signature=verify_signature,
        witnesses=witnesses,
        nodes=log.node_run(session),
        merge_delay=merge_delay,
        progress=progress,
    )


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """What a check of one case's entries found.

    :ivar entries: how many there are
    :ivar sealed: how many of them are proven to stand in the log under its newest checkpoint
    :ivar bad_seq: number in the chain of the first bad entry; None if all is well
    :ivar why: what is wrong there
    """

    number: str
    entries: int
    sealed: int
    bad_seq: int | None = None
    why: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.bad_seq is None

    def to_json(self) -> dict[str, Any]:
        """The check as the command prints it."""
        bad = None if self.bad_seq is None else {"complaint": self.number, "seq": self.bad_seq}
        return {
            "complaint": self.number,
            "intact": self.is_intact,
            "entries": self.entries,
            "sealed": self.sealed,
            "unsealed": self.entries - self.sealed if self.is_intact else None,
            "first_bad": None if bad is None else {**bad, "detail": self.why},
        }


def check_case(session: Session, number: str, verify_signature: VerifySignature) -> CaseCheck | None:
    """Check the chain of a case, and that its sealed entries stand in the log; None if it has no entry.

    The chain is checked first: where it tells which entry is at fault, that is not laid to another one.

    :raises workflows.canonical.NotCanonical: the newest checkpoint can't even be read
    """
    entries = list(log.stream_chain(session, f"case:{number}"))
    stored = session.get(AuditChain, f"case:{number}")
    if not entries and stored is None:
        return None
    row = log.find_last_checkpoint(session)
    signed = log.signed_checkpoint(row) if row is not None else None
    if signed is not None and not verify_signature(signed):
        return CaseCheck(number, len(entries), 0, 1, "the newest checkpoint is not signed by a published key")
    prove = _Prover(log.node_run(session), signed)
    sealed = 0
    try:
        _check_chain(entries, stored)
        for place, entry in enumerate(entries):
            sealed += prove(entry, place)
    except ChainBroken as broken:
        return CaseCheck(number, len(entries), sealed, broken.position + 1, broken.why)
    return CaseCheck(number, len(entries), sealed)


def _check_chain(entries: Sequence[LogEntry], stored: AuditChain | None) -> None:
    """Pass if each entry follows the one before, is what its digest says, and the last is the stored head.

    :raises ChainBroken: at the first that is not
    """
    head: ChainHead | None = None
    for place, entry in enumerate(entries):
        if entry.digest != entry_digest(entry.body):
            raise ChainBroken(place, "the stored digest is not that of the entry")
        head = extend_chain(head, entry.body, place)
        unlike = None if entry.copies is None else first_unlike(entry.copies, parse_entry(entry.body))
        if unlike is not None:
            raise ChainBroken(place, f"the column {unlike} does not say what the entry says")
    if stored is None or head is None or (stored.last_seq, stored.last_digest) != (head.seq, head.digest):
        raise ChainBroken(len(entries), "entries are missing at the end of the chain")


class _Prover:
    """Shows of one entry after the other that it stands in the log."""

    def __init__(self, nodes: NodeRun, signed: SignedCheckpoint | None) -> None:
        self._nodes = nodes
        self._signed = signed

    def __call__(self, entry: LogEntry, at: int) -> bool:
        """Whether the entry is sealed.

        :raises ChainBroken: it does not lead to the checkpoint's root
        """
        if entry.position is None:
            return False
        if self._signed is None or entry.position >= self._signed.checkpoint.size:
            raise ChainBroken(at, "sealed, though no checkpoint covers it")
        size = self._signed.checkpoint.size
        try:
            proof = inclusion_proof(self._nodes, entry.position, size)
        except MissingNode as missing:
            raise ChainBroken(at, f"the log can't prove it: {missing}") from None
        holds = verify_inclusion(
            leaf=leaf_hash(entry.body),
            index=entry.position,
            size=size,
            proof=proof,
            root=self._signed.checkpoint.root,
        )
        if not holds:
            raise ChainBroken(at, "it is not the entry that was sealed")
        return True
