"""What every door and command stands on, built once per process."""

from dataclasses import dataclass

from pretraject.config import Config
from pretraject.core.clock import Clock, system_clock
from pretraject.core.crypto import Vault
from pretraject.core.db import Database


@dataclass(frozen=True)
class Ground:
    """Settings, database, keys and clock of one installation."""

    config: Config
    database: Database
    vault: Vault
    clock: Clock = system_clock


def lay_ground(config: Config, clock: Clock = system_clock) -> Ground:
    """Open the database and derive the keys that the settings name."""
    database = Database(config.database_url, pool_size=config.threads + 2)
    return Ground(config, database, Vault(config.vault_secret, config.earlier_vault_secrets), clock)
