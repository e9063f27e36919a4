"""Very many complaints, for measuring: copies of cases that were played, each with a life of its own.

A case played through the services (:mod:`app.demo.elsewhere`) is copied with new ids, number, code, key. Its
instants are shifted together within their days, so that every deadline is still what the rules compute; its
text gets a sentence of its own; its chain is built anew by ``build_entry``, with commitments under its own
key. So a copy satisfies every CHECK, its clocks re-compute, its chain verifies. What it lacks: files, receipt
documents, and messages in the outbox. Cases with files or with clocks in hours aren't copied.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.demo.originals import AUDIT_ENTRY, FIXED_POINTS, WITH_IDS, WRITTEN, Original, Row
from app.demo.texts import DISTRICTS
from app.models import Agency, ComplaintCounter
from app.security.codes import code_digest, new_tracking_code
from app.security.ring import get_keys
from app.security.vault import new_case_key, seal, wrap_case_key
from app.services.lodging import KEY_VERSION
from app.services.receipts import COMPLAINT_SALT
from app.services.sealing import MOST_ENTRIES
from app.services.sealing import seal as seal_log
from app.services.texts import derive_salt
from workflows.audit import Fact, build_entry, canonical, entry_digest, parse_entry
from workflows.canonical import instant_text, parse_instant
from workflows.commitments import commit_text

BATCH = 250
"""Cases in one transaction."""
ENTRIES_AT_ONCE = 5_000
MOST_UNSEALED = MOST_ENTRIES - 2 * ENTRIES_AT_ONCE
"""So that what is sealed at one instant stands under one checkpoint, and nothing seems older than it."""
SEAL_EVERY = timedelta(days=7)
_INSTANTS = ("received_at", "recorded_at", "declared_complete_at", "decided_at", "delivered_at", "closed_at")


def make_copies(
    originals: Sequence[Original],
    count: int,
    seed: int,
    *,
    as_of: datetime,
    zone: ZoneInfo,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write so many copies, in the order in which the originals were filed.

    The log is written in the order of time and sealed every week, as a running station's is.

    :param originals: the earliest first
    :param as_of: end of the demo's year
    """
    rng = Random(f"sahut-demo/{seed}/copies")  # noqa: S311 (a demo, no secret)
    with unit_of_work() as session:
        copier = _Copier(_next_ids(session), _codes(session), rng)
    log = _Log()
    done = 0
    for index, original in enumerate(originals):
        log.write_until(_midnight(original, zone))
        upto = count * (index + 1) // len(originals)
        while done < upto:
            batch = min(BATCH, upto - done)
            for _ in range(batch):
                copier.copy(original)
            with unit_of_work() as session:
                copier.flush(session)
            log.take(copier.rows.pop("audit_entry", []))
            done += batch
            progress(done)
    log.write_until(as_of + timedelta(seconds=1))
    with unit_of_work() as session:
        copier.write_counters(session)
        _move_sequences(session)


def _midnight(original: Original, zone: ZoneInfo) -> datetime:
    """When the day began on which a case was filed: no copy of it, nor of a later one, acts before."""
    filed_on = original.rows["audit_entry"][0]["at"].astimezone(zone).date()
    return datetime.combine(filed_on, time(), zone).astimezone(UTC)


class _Log:
    """Entries that wait for their place in the order of time."""

    def __init__(self) -> None:
        self.waiting: list[tuple[datetime, int, Row]] = []
        self.taken = 0
        self.unsealed = 0
        self.sealed_at: datetime | None = None

    def take(self, rows: Sequence[Row]) -> None:
        """Keep entries until nothing earlier can come."""
        for row in rows:
            heapq.heappush(self.waiting, (row["at"], self.taken, row))
            self.taken += 1

    def write_until(self, at: datetime) -> None:
        """Write what happened before an instant; seal if a week has passed, or much was written."""
        due: list[Row] = []
        while self.waiting and self.waiting[0][0] < at:
            due.append(heapq.heappop(self.waiting)[2])
        for start in range(0, len(due), ENTRIES_AT_ONCE):
            part = due[start : start + ENTRIES_AT_ONCE]
            with unit_of_work() as session:
                session.execute(insert(AUDIT_ENTRY), part)
            self.unsealed += len(part)
            if self.unsealed > MOST_UNSEALED:
                self._seal(part[-1]["at"])
        self.sealed_at = self.sealed_at or at
        if at - self.sealed_at >= SEAL_EVERY:
            self._seal(at)

    def _seal(self, at: datetime) -> None:
        """A checkpoint as of then; what is written from now on is no older."""
        seal_log(at)
        self.unsealed, self.sealed_at = 0, at


def _next_ids(session: Session) -> dict[str, int]:
    """First free ids; the log gives its own, in the order of time."""
    tables = [table for table in WITH_IDS if table is not AUDIT_ENTRY]
    return {table.name: (session.scalar(select(func.max(table.c.id))) or 0) + 1 for table in tables}


def _codes(session: Session) -> dict[int, str]:
    return {row.id: row.code for row in session.execute(select(Agency.id, Agency.code))}


def _move_sequences(session: Session) -> None:
    """PostgreSQL gives out ids itself: let it go on after ours."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in WITH_IDS:
        name = table.name
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")  # noqa: S608
        )


@dataclass(slots=True)
class _Copier:
    """Makes rows of copies and writes them, table by table."""

    next_ids: dict[str, int]
    codes: Mapping[int, str]
    rng: Random
    counters: dict[tuple[int, int], int] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def copy(self, original: Original) -> None:
        """Add one copy to the batch."""
        _Copy(self, original).make()

    def take_id(self, table: str) -> int:
        """The next id of a table."""
        self.next_ids[table] += 1
        return self.next_ids[table] - 1

    def take_number(self, agency_id: int, year: int) -> tuple[int, str]:
        """The next number of an agency and year."""
        counter = self.counters.get((agency_id, year), 0) + 1
        self.counters[agency_id, year] = counter
        return counter, f"{self.codes[agency_id]}-{year}-{counter:06d}"

    def flush(self, session: Session) -> None:
        """Write the batch; its log entries are left to be taken."""
        for table in WRITTEN:
            if table is not AUDIT_ENTRY and self.rows[table.name]:
                session.execute(insert(table), self.rows.pop(table.name))

    def write_counters(self, session: Session) -> None:
        """The last number given out for each agency and year."""
        session.add_all(
            ComplaintCounter(agency_id=agency_id, year=year, last=last)
            for (agency_id, year), last in self.counters.items()
        )


class _Copy:
    """One copy in the making."""

    def __init__(self, copier: _Copier, original: Original) -> None:
        self.copier, self.original = copier, original
        self.key = new_case_key()
        self.id = copier.take_id("complaint")
        self.old_number: str = original.complaint["number"]
        self.counter, self.number = copier.take_number(
            original.complaint["agency_id"], original.complaint["year"]
        )
        self.shift = timedelta(seconds=copier.rng.randint(original.low, original.high))
        self.ids: dict[tuple[str, int], int] = {}
        self.decisions = (row for row in original.rows["case_event"] if row["event"] == "decide")

    def make(self) -> None:
        commitment = self._complaint()
        self._vault()
        self._simple_rows()
        self._deadlines()
        self._log(commitment)

    # --- pieces --------------------------------------------------------------------------

    def moved(self, at: datetime | None) -> datetime | None:
        """An instant of the copy."""
        return None if at is None else at + self.shift

    def renamed(self, words: str) -> str:
        """A text that may name the case."""
        return words.replace(self.old_number, self.number)

    def committed(self, words: str, label: str) -> str:
        """Commitment under the key of the copy."""
        return commit_text(words, derive_salt(self.key, label))

    def add(self, table: str, row: Row, **changes: Any) -> Row:
        """Put a changed row into the batch, under a new id where it has one."""
        copied = row | changes
        if "complaint_id" in copied:
            copied["complaint_id"] = self.id
        if "id" in row:
            copied["id"] = self.id if table == "complaint" else self.copier.take_id(table)
            self.ids[table, row["id"]] = copied["id"]
        self.copier.rows[table].append(copied)
        return copied

    def _complaint(self) -> str:
        row, rng = self.original.complaint, self.copier.rng
        own = f" Nomor antrean {rng.randint(1, 99_999)}, Kecamatan {rng.choice(DISTRICTS)}."
        narrative = row["narrative"] + own
        commitment = self.committed(f"{narrative}\n\n{row['loss']}\n\n{row['remedy_sought']}", COMPLAINT_SALT)
        self.add(
            "complaint",
            row,
            number=self.number,
            counter=self.counter,
            narrative=narrative,
            commitment=commitment if row["commitment"] else None,
            code_digest=code_digest(get_keys(), new_tracking_code()),
            external_number=None,
            import_source=None,
            **{name: self.moved(row[name]) for name in _INSTANTS},
        )
        return commitment

    def _vault(self) -> None:
        key_id, wrapped = wrap_case_key(get_keys(), self.key)
        created_at = self.moved(self.original.rows["case_key"][0]["created_at"])
        self.copier.rows["case_key"].append(
            {
                "complaint_id": self.id,
                "vault_key_id": key_id,
                "wrapped_key": wrapped,
                "created_at": created_at,
                "destroyed_at": None,
            }
        )
        sealed = {
            f"{name}_sealed": seal(self.key, case_id=self.id, field=name, version=KEY_VERSION, text=words)
            for name, words in self.original.identity.items()
        }
        self.add("complainant", self.original.complainant, key_version=KEY_VERSION, **sealed)

    def _simple_rows(self) -> None:
        rows = self.original.rows
        for row in rows["respondent"]:
            self.add("respondent", row)
        for row in rows["respondent_superior"]:
            self.add("respondent_superior", row, respondent_id=self.ids["respondent", row["respondent_id"]])
        for row in rows["allegation"]:
            respondent = row["respondent_id"]
            self.add(
                "allegation", row, respondent_id=self.ids["respondent", respondent] if respondent else None
            )
        for row in rows["case_event"]:
            self.add("case_event", row, at=self.moved(row["at"]), details=self._details(row["details"]))
        for row in rows["clock_point"]:
            at = row["at"] if row["code"] in FIXED_POINTS else self.moved(row["at"])
            self.add("clock_point", row, at=at)
        for row in rows["assignment"]:
            times = {name: self.moved(row[name]) for name in ("assigned_at", "ended_at")}
            self.add("assignment", row, **times)
        for row in rows["message"]:
            self.add("message", row, at=self.moved(row["at"]))
        for row in rows["notice"]:
            words = {name: self.renamed(row[name]) for name in ("number", "subject", "body")}
            times = {name: self.moved(row[name]) for name in ("sent_at", "received_at")}
            self.add("notice", row, **words, **times)

    def _details(self, details: Mapping[str, Any]) -> Row:
        copied = dict(details)
        for name in ("sent_at", "received_at"):
            if name in copied:
                copied[name] = (datetime.fromisoformat(copied[name]) + self.shift).isoformat()
        if "notice_number" in copied:
            copied["notice_number"] = self.renamed(copied["notice_number"])
        return copied

    def _deadlines(self) -> None:
        """Due instants are ends of days, so they stay; what happened moves."""
        for row in self.original.rows["deadline"]:
            fixed = row["trigger"] in FIXED_POINTS
            triggered_at = row["triggered_at"] if fixed else row["triggered_at"] + self.shift
            alert_at = row["next_alert_at"]
            if row["next_alert"] is not None:
                alert_at = triggered_at + (row["due_at"] - triggered_at) * row["next_alert"] / 100
            pauses = [
                [at and (datetime.fromisoformat(at) + self.shift).isoformat() for at in pause]
                for pause in row["pauses"]
            ]
            self.add(
                "deadline",
                row,
                triggered_at=triggered_at,
                met_at=self.moved(row["met_at"]),
                void_at=self.moved(row["void_at"]),
                pauses=pauses,
                next_alert_at=alert_at,
            )

    def _log(self, commitment: str) -> None:
        """The chain anew: the same acts, under the copy's number, ids, instants and commitments."""
        chain = f"case:{self.number}"
        texts = self._committed_texts()
        prev: str | None = None
        rows = self.original.rows["audit_entry"]
        for row in rows:
            entry = parse_entry(row["body"].encode("ascii"))
            at = row["at"] if row["kind"].startswith("sla.") else row["at"] + self.shift
            body = canonical(
                build_entry(
                    chain=chain,
                    seq=row["seq"],
                    prev=prev,
                    at=at,
                    kind=row["kind"],
                    actor=row["actor"],
                    role=row["actor_role"],
                    facts=self._facts(entry["facts"], commitment, texts, row["kind"]),
                )
            )
            prev = entry_digest(body)
            entry_row = row | {"chain": chain, "body": body.decode("ascii"), "digest": prev, "at": at}
            entry_row["complaint_id"] = self.id
            del entry_row["id"]
            self.copier.rows["audit_entry"].append(entry_row)
        head = {"chain": chain, "last_seq": len(rows), "last_digest": prev}
        self.copier.rows["audit_chain"].append(head)

    def _committed_texts(self) -> dict[tuple[str, int], str]:
        """Texts that entries commit to, by table and old id."""
        texts = {("message", row["id"]): row["body"] for row in self.original.rows["message"]}
        texts |= {("notice", row["id"]): self.renamed(row["body"]) for row in self.original.rows["notice"]}
        return texts

    def _facts(
        self,
        facts: Mapping[str, Fact],
        commitment: str,
        texts: Mapping[tuple[str, int], str],
        kind: str,
    ) -> dict[str, Fact]:
        copied = {name: fact for name, fact in facts.items() if not name.startswith("receipt_")}
        for name, fact in facts.items():
            if name in ("notice", "message", "respondent", "allegation") and isinstance(fact, int):
                copied[name] = self.ids[name, fact]
                if f"{name}_commitment" in facts:
                    label = f"{name}:{copied[name]}"
                    copied[f"{name}_commitment"] = self.committed(texts[name, fact], label)
            elif name == "commitment":
                copied[name] = commitment
            elif name == "received_at" and isinstance(fact, str):
                copied[name] = (datetime.fromisoformat(fact) + self.shift).isoformat()
            elif name == "triggered_at" and isinstance(fact, str):
                copied[name] = instant_text(parse_instant(fact) + self.shift)
        if kind == "decide":
            decided = next(self.decisions)
            copied["decision_commitment"] = self.committed(decided["note"], f"decision:{decided['seq']}")
        return copied
