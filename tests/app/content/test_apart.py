"""Files are opened in a process that bounds itself; what it says is what the same code says here."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import pytest

from app.content import apart, child, errors
from app.content.apart import Examined, examine_apart
from app.content.examine import examine
from app.content.kinds import HEIC, JPEG, MP4, PDF, PNG, Kind
from scripts.serve import THREADS
from tests.app.content import samples


def apart_from_us(content: bytes) -> tuple[Examined, bytes]:
    """What the other process finds, and the copy it makes."""
    with TemporaryFile(buffering=0) as original, TemporaryFile(buffering=0) as view:
        original.write(content)
        found = examine_apart(cast(BinaryIO, original), cast(BinaryIO, view))
        view.seek(0)
        return found, view.read()


@pytest.mark.parametrize(
    ("content", "kind", "copy"),
    [
        (samples.picture("JPEG"), JPEG, JPEG),
        (samples.picture("PNG", size=(6000, 4000)), PNG, PNG),
        (samples.HEIC_PHOTO, HEIC, JPEG),
        (samples.hostile_pdf(), PDF, PDF),
        (samples.media(b"isom"), MP4, None),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(getattr(value, "content_type", None)),
)
def test_a_file_is_told_and_cleaned(content: bytes, kind: Kind, copy: Kind | None) -> None:
    found, view = apart_from_us(content)
    assert found == Examined(kind, copy)
    assert samples.HIDDEN not in view
    here, told = io.BytesIO(), list[Kind]()
    assert examine(io.BytesIO(content), here, told.append) is copy
    assert told == [kind]
    if copy is not PDF:  # whose compression may differ between runs
        assert view == here.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\x7fELF" + bytes(99), errors.FileExecutable),
        (b"\x01\x02", errors.FileTypeUnknown),
        (samples.plain_pdf() + samples.archive({"a": b"x"}), errors.FileAmbiguous),
        (samples.png_bomb(50_000, 50_000), errors.FileUnpacksTooLarge),
        (samples.picture()[:300], errors.FileDamaged),
        (samples.locked_pdf(), errors.FileLocked),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), errors.FileOfOldOffice),
    ],
)
def test_a_refusal_crosses_over(content: bytes, refusal: type[errors.FileRefused]) -> None:
    with pytest.raises(refusal):
        apart_from_us(content)


def memory_peak_kb() -> int:
    """Most memory that this process has held since the mark was set back."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def test_what_a_hostile_file_takes_is_taken_elsewhere() -> None:
    """An archive whose list of parts alone fills hundreds of megabytes when it is read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"")
    one = out.getvalue()
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry, tail = one[start:end], bytearray(one[end:])
    count = 300_000
    tail[12:16] = (len(entry) * count).to_bytes(4, "little")
    tail[8:12] = (0xFFFF).to_bytes(2, "little") * 2
    content = one[:start] + entry * count + bytes(tail)
    assert len(content) < 20 << 20
    with TemporaryFile(buffering=0) as original, TemporaryFile(buffering=0) as view:
        original.write(content)
        Path("/proc/self/clear_refs").write_text("5")
        before = memory_peak_kb()
        with pytest.raises(errors.FileUnpacksTooLarge):
            examine_apart(cast(BinaryIO, original), cast(BinaryIO, view))
        assert memory_peak_kb() - before < 4096


def test_files_that_take_long_hold_up_files_and_not_every_page() -> None:
    """Half of the threads may wait for their turn; who comes then is told at once, and later is not."""
    content, results = samples.media(b"isom"), []

    def examine_one() -> None:
        results.append(apart_from_us(content)[0].kind)

    threads = [threading.Thread(target=examine_one) for _ in range(apart.MOST_AT_ONCE)]
    with apart._turn:  # somebody's file takes long
        for thread in threads:
            thread.start()
        while apart._places._value:
            time.sleep(0.005)
        with pytest.raises(errors.ExaminerBusy):
            apart_from_us(content)
        assert not results
    for thread in threads:
        thread.join(60)
    assert results == [MP4] * apart.MOST_AT_ONCE
    assert apart_from_us(content)[0].kind == MP4
    assert THREADS >= apart.MOST_AT_ONCE * 2


PROBE = """
import resource, sys
from app.content import child
child.bound_itself()
try:
    bytearray(child.MEMORY_BYTES)
except MemoryError:
    print("bounded", resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_CORE))
print([name for name in ("flask", "sqlalchemy", "config") if name in sys.modules])
"""


def test_the_process_bounds_itself_and_knows_nothing_of_the_application() -> None:
    boot = apart._BOOT.replace("from app.content.child import main\nmain()\n", PROBE)
    run = subprocess.run(
        [sys.executable, "-I", "-c", boot, "9", str(apart._ROOT)], capture_output=True, text=True, check=True
    )
    limits = (child.CPU_S, child.CPU_S)
    assert run.stdout.splitlines() == [f"bounded {limits} (0, 0)", "[]"]
