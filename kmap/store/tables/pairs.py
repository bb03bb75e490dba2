"""Tables of pairs: what each plot shares with each restriction, and whether that is whole."""

from sqlalchemy import BigInteger, Column, Double, SmallInteger, Table, Text

from kmap.store.columns import metadata

plot_restriction = Table(
    "plot_restriction",
    metadata,
    Column("plot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("restriction_id", BigInteger, primary_key=True, autoincrement=False),
    Column("dimension", SmallInteger, primary_key=True, autoincrement=False),
    Column("slack", Double, nullable=False),
    *[Column(name, Double) for name in ("size", "least", "most", "distance")],
)

pairs_due = Table("pairs_due", metadata, Column("what", Text, primary_key=True))
