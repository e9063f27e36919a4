"""``python -m bench``: measure every row in turns with its yardstick and print the ratios.

In each round yardstick and page run one right after the other, in changing order, so that what else the
machine does hits both. The median over the rounds is judged at one client; eight clients are reported.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.load import Measure, measure
from bench.rows import ROWS_MEASURED, Row
from bench.servers import database_urls, make_database, run, serving

CLIENTS = (1, 8)


@dataclass(frozen=True)
class Result:
    """A row at so many clients, over all rounds."""

    row: Row
    clients: int
    ratios: tuple[float, ...]
    page: tuple[Measure, ...]

    @property
    def line(self) -> str:
        """One line of the table."""
        low, high = min(self.ratios), max(self.ratios)
        return (
            f"{self.row.name:<34} {self.clients:>7} {median(self.ratios):>7.2f} {low:>6.2f}…{high:<6.2f}"
            f" {median(m.median_ms for m in self.page):>8.2f} {median(m.p95_ms for m in self.page):>8.2f}"
            f"   {self.row.yardstick.value}"
        )


HEADING = (
    f"{'page':<34} {'clients':>7} {'ratio':>7} {'lowest…highest':>13}"
    f" {'med. ms':>8} {'95 % ms':>8}   yardstick"
)


def measure_row(row: Row, bare: int, product: int, *, rounds: int, seconds: float) -> Iterable[Result]:
    """The row at each number of clients; `bare` and `product` are the ports."""
    for clients in CLIENTS:
        ratios: list[float] = []
        pages: list[Measure] = []
        for turn in range(rounds + 1):
            prepared = row.requests(product)

            def yardstick(clients: int = clients) -> Measure:
                return measure(bare, row.yardstick.requests(), clients=clients, seconds=seconds)

            def page(clients: int = clients, prepared: object = prepared) -> Measure:
                return measure(product, prepared, clients=clients, seconds=seconds)  # type: ignore[arg-type]

            if turn % 2:
                base, ours = yardstick(), page()
            else:
                ours = page()
                base = yardstick()
            if turn == 0:
                continue  # warms both up
            ratios.append(ours.rate / base.rate)
            pages.append(ours)
        yield Result(row, clients, tuple(ratios), tuple(pages))


def bench(kind: str, rows: Iterable[Row], *, rounds: int, seconds: float) -> None:
    """Measure `rows` on databases of this kind and print the table."""
    rows = sorted(rows, key=lambda row: row.cases)
    print(
        f"\n{kind}: ratio = answers a second over the yardstick's; median of {rounds} rounds of {seconds} s"
    )
    print(HEADING, flush=True)
    with database_urls(kind) as (folder, where), ExitStack() as stack:
        bare_url = make_database("bare", where)
        run("-m", "bench.bare", url=bare_url, instance=folder / "bare")
        bare = stack.enter_context(serving("bench.bare:app", url=bare_url, instance=folder / "bare"))
        for cases in sorted({row.cases for row in rows}):
            url = _product_database(folder, where, cases)
            with serving("bench.product:app", url=url, instance=folder / "instance") as product:
                for row in (row for row in rows if row.cases == cases):
                    for result in measure_row(row, bare, product, rounds=rounds, seconds=seconds):
                        print(result.line, flush=True)


def _product_database(folder: Path, where: dict[str, str], cases: int) -> str:
    url = make_database(f"sahut_{cases}", where)
    instance = folder / "instance"
    run("-m", "flask", "--app", "wsgi", "db", "upgrade", url=url, instance=instance)
    if cases:
        command = ("-m", "flask", "--app", "wsgi", "demo", "load", "--complaints", str(cases))
        run(*command, url=url, instance=instance)
    return url


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    given = parser.parse_args()
    rows = [row for row in ROWS_MEASURED if given.only in row.name]
    if not rows or given.rounds < 1 or given.seconds <= 0:
        parser.error("nothing to measure")
    for kind in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        bench(kind, rows, rounds=given.rounds, seconds=given.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
