"""``python -m bench``: measure every row in turns with its yardstick and print the ratios.

In each round yardstick and page run one right after the other, in changing order, so that what else the
machine does hits both. The median over the rounds is judged at one client; eight clients are reported. Beside
it stands the ratio of typical (median) times, which a busy machine disturbs less: it interrupts long answers
more often than short ones.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from bench.cache import cache_folder, loaded_demo
from bench.load import Measure, Request, measure
from bench.rows import ROWS_MEASURED, Row, Site
from bench.servers import databases, run, serving

CLIENTS = (1, 8)


@dataclass(frozen=True)
class Result:
    """A row at so many clients, over all rounds."""

    row: Row
    clients: int
    yardstick: tuple[Measure, ...]
    page: tuple[Measure, ...]

    @property
    def line(self) -> str:
        """One line of the table."""
        pairs = list(zip(self.page, self.yardstick, strict=True))
        rates = [page.rate / bare.rate for page, bare in pairs]
        typical = median(bare.median_ms / page.median_ms for page, bare in pairs)
        usual, slow = median(m.median_ms for m in self.page), median(m.p95_ms for m in self.page)
        return (
            f"{self.row.name:<34} {self.clients:>7} {median(rates):>7.2f}"
            f" {min(rates):>6.2f}…{max(rates):<6.2f} {typical:>7.2f} {usual:>8.2f} {slow:>8.2f}"
            f"   {self.row.yardstick.value}"
        )


HEADING = (
    f"{'page':<34} {'clients':>7} {'ratio':>7} {'lowest…highest':>13}"
    f" {'typical':>7} {'med. ms':>8} {'95 % ms':>8}   yardstick"
)


def measure_row(row: Row, bare: int, site: Site, *, rounds: int, seconds: float) -> Iterable[Result]:
    """The row at each number of clients; `bare` is the yardstick's port."""
    for clients in CLIENTS:
        bases: list[Measure] = []
        pages: list[Measure] = []
        for turn in range(rounds + 1):
            prepared = row.requests(site)

            def yardstick(clients: int = clients) -> Measure:
                return measure(bare, row.yardstick.requests(), clients=clients, seconds=seconds)

            def page(clients: int = clients, prepared: Iterator[Request] = prepared) -> Measure:
                return measure(site.port, prepared, clients=clients, seconds=seconds)

            if turn % 2:
                base, ours = yardstick(), page()
            else:
                ours = page()
                base = yardstick()
            if turn == 0:
                continue  # warms both up
            bases.append(base)
            pages.append(ours)
        yield Result(row, clients, tuple(bases), tuple(pages))


def bench(kind: str, rows: Iterable[Row], *, rounds: int, seconds: float, fresh: bool) -> None:
    """Measure `rows` on databases of this kind and print the table."""
    rows = sorted(rows, key=lambda row: row.cases)
    with ExitStack() as stack:
        made = stack.enter_context(databases(kind, stack.enter_context(cache_folder(kind))))
        demos = {
            cases: loaded_demo(made, cases, fresh=fresh) for cases in sorted({row.cases for row in rows})
        }
        bare_url, bare_folder = made.make("bare"), made.folder / "bare"
        run("-m", "bench.bare", url=bare_url, instance=bare_folder)
        bare = stack.enter_context(serving("bench.bare:app", url=bare_url, instance=bare_folder))
        print(
            f"\n{kind}: ratio = answers a second over the yardstick's;"
            f" median of {rounds} rounds of {seconds} s\n{HEADING}",
            flush=True,
        )
        for cases, (url, instance, doors) in demos.items():
            with serving("bench.product:app", url=url, instance=instance) as product:
                for row in (row for row in rows if row.cases == cases):
                    for result in measure_row(
                        row, bare, Site(product, doors), rounds=rounds, seconds=seconds
                    ):
                        print(result.line, flush=True)


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--fresh", action="store_true", help="load the demos anew, even if they are kept")
    given = parser.parse_args()
    rows = [row for row in ROWS_MEASURED if given.only in row.name]
    if not rows or given.rounds < 1 or given.seconds <= 0:
        parser.error("nothing to measure")
    for kind in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        bench(kind, rows, rounds=given.rounds, seconds=given.seconds, fresh=given.fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
