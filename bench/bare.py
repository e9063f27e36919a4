"""The yardstick: the least that a page with Flask and SQLAlchemy can do.

``GET /row/17`` reads one row by its key into one tiny template; ``POST /row`` inserts one row and commits it
as durably as Sahut does. What Sahut's pages cost is told as a multiple of these.
"""

from __future__ import annotations

import os

from flask import Flask, request
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.database import engine_options, prepare_engine
from bench.yardstick import BARE_ROWS


class Base(DeclarativeBase):
    """Tables of the yardstick."""


class BareRow(Base):
    """The one table."""

    __tablename__ = "bare_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


url = os.environ["DATABASE_URL"]
engine = create_engine(url, **engine_options(url))
prepare_engine(engine)
app = Flask(__name__)
page = app.jinja_env.from_string(
    "<!doctype html><title>{{ row.name }}</title><h1>{{ row.name }}</h1><p>{{ row.id }}</p>"
)


def fill() -> None:
    """Make the table with its rows; asked once, before the servers start."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(BareRow(name=f"row {number}") for number in range(1, BARE_ROWS + 1))
        session.commit()
    engine.dispose()


@app.get("/healthz")
def healthz() -> str:
    """Tells the bench that the server is up."""
    return "ok"


@app.get("/row/<int:number>")
def show(number: int) -> str:
    """One row by its key."""
    with Session(engine) as session:
        return page.render(row=session.get_one(BareRow, number))


@app.post("/row")
def add() -> str:
    """One row more, committed."""
    with Session(engine) as session:
        row = BareRow(name=request.form["name"])
        session.add(row)
        session.commit()
        return page.render(row=row)


if __name__ == "__main__":
    fill()
