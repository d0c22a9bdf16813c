"""The tables of how consumers are told: each API's choices."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class ApiCadence(Base):
    """How often an API's consumers are reminded; no row is the usual cadence."""

    __tablename__ = "api_cadences"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    cadence: Mapped[str] = mapped_column(String(20))
