"""`python -m reporter.prepare`: what must be done before the drop serves, in a process that ends again.

The serving one then never loads what opens or decrypts, nor Alembic.
"""

import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from crypto.selftest import SelfTestFailed, self_test
from reporter.database import make_engine
from reporter.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations" / "drop"
MIGRATION_LOCK = 0x43414E444F5552  # for PostgreSQL's advisory lock: any number that nobody else here uses


def migrate(url: str) -> None:
    """Brings the database to the newest revision, in one transaction. Two that start at once wait for each other."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            attributes: dict[str, Any] = config.attributes
            attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def main() -> str | None:
    """Why the drop cannot start, if it cannot."""
    try:
        self_test()
        settings = Settings()
        settings.candour_data.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(settings.database)
    except SelfTestFailed as error:
        return str(error)
    except (SQLAlchemyError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        return f"The drop cannot start ({kind}). Check CANDOUR_DATA and DATABASE_URL."
    return None


if __name__ == "__main__":
    sys.exit(main())
