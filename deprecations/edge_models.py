"""The tables of what edges are told beside the plans themselves."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class EdgeSettings(Base):
    """How an API's endings show on replies; an API without a row keeps the default terms."""

    __tablename__ = "edge_settings"
    api_id: Mapped[int] = mapped_column(ForeignKey("apis.id", ondelete="CASCADE"), primary_key=True)
    links: Mapped[bool] = mapped_column(default=True)
    policy_link: Mapped[str] = mapped_column(String(1000), default="")
