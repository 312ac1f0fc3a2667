"""What is stored about erasures."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class Erasure(Model):
    """Somebody was erased: only the random key of their row, which names nobody.

    After an older back-up is restored, the key says who has to be erased again.
    """

    __tablename__ = "erasure"

    person_key: Mapped[str] = mapped_column(String(32), unique=True)
    erased_at: Mapped[datetime]
