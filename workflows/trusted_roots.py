"""Which roots of the log may be trusted: those of witnesses, and those that these vouch for.

A witnessed checkpoint names the digest of the one before it, and so on to the first: a stored checkpoint on
that line is as good as witnessed. One that is not on it, though the line reaches past its size, vouches for
nothing. Past the newest witness the signature decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from workflows.canonical import instant_text
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.log_report import Findings, Reason
from workflows.merkle import fold_peaks

VerifySignature: TypeAlias = Callable[[SignedCheckpoint], bool]
"""Whether a published key, in use at the checkpoint's instant, signed it."""


class Anchor(NamedTuple):
    """A root that the entries must lead to."""

    size: int
    root: bytes
    is_witnessed: bool


class TrustedRoots:
    """Stored checkpoints and witnesses, checked against each other.

    :ivar anchors: the roots that may be trusted, by size
    :ivar witnesses: the witnesses that can be used
    :ivar unusable: why others cannot
    :ivar findings: what is wrong with the stored checkpoints
    :ivar covered: how many entries the stored checkpoints claim to cover
    """

    def __init__(
        self, stored: Sequence[SignedCheckpoint], witnesses: Iterable[Witness], verify: VerifySignature
    ) -> None:
        self.findings = Findings()
        self.unusable: list[str] = []
        self._stored = stored
        self._digests = [one.digest for one in stored]
        self._signed = [verify(one) for one in stored]
        for index in range(len(stored)):
            self._check_stored(index)
        self.witnesses = [one for one in witnesses if self._is_usable(one, verify)]
        self.anchors = self._anchors()
        self.covered = max((one.checkpoint.size for one in stored), default=0)

    def _check_stored(self, index: int) -> None:
        here = self._stored[index].checkpoint
        before = self._stored[index - 1].checkpoint if index else None
        name = f"checkpoint {index} of size {here.size}"
        if not self._signed[index]:
            self._note(Reason.CHECKPOINT_SIGNATURE, f"{name}: not signed by a published key", index)
        if here.previous != (self._digests[index - 1] if index else None):
            self._note(Reason.CHECKPOINT_LINK, f"{name}: does not name the one before it", index)
        if before is not None and (here.size < before.size or here.at < before.at or here.log != before.log):
            self._note(
                Reason.CHECKPOINT_ORDER,
                f"{name}: smaller, older or of another log than the one before",
                index,
            )

    def _note(self, reason: Reason, detail: str, index: int) -> None:
        size = self._stored[index].checkpoint.size
        first = min(self._stored[index - 1].checkpoint.size if index else 0, size)
        self.findings.note(reason, detail, first, first, max(first, size - 1))

    def _is_usable(self, witness: Witness, verify: VerifySignature) -> bool:
        checkpoint = witness.signed.checkpoint
        name = f"witness of size {checkpoint.size} at {instant_text(checkpoint.at)}"
        if not verify(witness.signed):
            self.unusable.append(f"{name}: not signed by a published key")
        elif self._stored and checkpoint.log != self._stored[0].checkpoint.log:
            self.unusable.append(f"{name}: of another log")
        elif not witness.leaves_hold():
            self.unusable.append(f"{name}: its leaf hashes do not lead to its root")
        else:
            return True
        return False

    def _anchors(self) -> list[Anchor]:
        trusted = self._named_by_witnesses()
        reach = max((one.size for one in self.witnesses), default=-1)
        anchors = {(one.size, one.signed.checkpoint.root, True) for one in self.witnesses}
        anchors |= {(one.start, fold_peaks(one.peaks), True) for one in self.witnesses if one.leaves}
        for index, one in enumerate(self._stored):
            here = one.checkpoint
            if index in trusted:
                anchors.add((here.size, here.root, True))
            elif here.size > reach and self._signed[index]:
                anchors.add((here.size, here.root, False))
        return sorted(Anchor(*anchor) for anchor in anchors)

    def _named_by_witnesses(self) -> set[int]:
        """Indices of the stored checkpoints that witnessed ones name, directly or through others."""
        places = {digest: index for index, digest in enumerate(self._digests)}
        trusted: set[int] = set()
        for witness in self.witnesses:
            found = places.get(witness.signed.digest)
            if found is None:
                size, before = witness.size, self._trusted_size_below(witness.size)
                detail = f"the checkpoint of size {size} that a witness holds is not among those stored"
                self.findings.note(Reason.CHECKPOINT_MISSING, detail, before, before, max(before, size - 1))
                found = places.get(witness.signed.checkpoint.previous or "")
            while found is not None and found not in trusted:
                trusted.add(found)
                found = places.get(self._stored[found].checkpoint.previous or "")
        return trusted

    def _trusted_size_below(self, size: int) -> int:
        return max((one.checkpoint.size for one in self._stored if one.checkpoint.size < size), default=0)
