"""Every setting, read once from the environment, refused when unknown or weak."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_PACKAGE = Path(__file__).resolve().parent

BUNDLED = _PACKAGE.parent if (_PACKAGE.parent / "content").is_dir() else _PACKAGE / "bundled"
"""Folder that holds `content/` and `translations/`: the checkout, or what the wheel carries."""

PREFIX = "PRETRAJECT_"
SECRET_MIN_LENGTH = 32


class Config(BaseSettings):
    """Everything that differs between machines.

    `secret_key` signs cookies; `identifier_key` protects identifiers and codes in the
    database and is derived from `secret_key` unless set; the `previous_…` ones were in use
    before a rotation; `base_url` is the address people
    type, used wherever an absolute address is needed.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    secret_key: SecretStr
    identifier_key: SecretStr | None = None
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    previous_identifier_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    database_url: str = "sqlite:///instance/pretraject.db"
    base_url: Annotated[str, Field(pattern=r"^https?://[^/\s]")] = "http://127.0.0.1:8000"
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[int, Field(ge=0)] = 0
    source: Path = BUNDLED
    metrics_token: SecretStr | None = None
    development: bool = False
    threads: Annotated[int, Field(ge=1)] = 8

    @field_validator("trusted_hosts", "previous_secret_keys", "previous_identifier_keys", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(one.strip() for one in value.split(",") if one.strip())
        return value

    @field_validator("secret_key", "identifier_key", "previous_secret_keys", "previous_identifier_keys")
    @classmethod
    def _strong(cls, value: Any) -> Any:
        for one in value if isinstance(value, tuple) else [value] if value is not None else []:
            text = one.get_secret_value()
            if len(text) < SECRET_MIN_LENGTH or len(set(text)) < SECRET_MIN_LENGTH // 3:
                raise ValueError(
                    f"must have at least {SECRET_MIN_LENGTH} characters drawn at random; "
                    "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
        return value

    @property
    def secure(self) -> bool:
        """Say whether people reach the site over https."""
        return self.base_url.startswith("https://")

    @property
    def vault_secret(self) -> str:
        """Return the secret that identifiers and codes are protected with."""
        return (self.identifier_key or self.secret_key).get_secret_value()

    @property
    def earlier_vault_secrets(self) -> tuple[str, ...]:
        """Return the secrets that they were protected with before, while a rotation is under way."""
        derived = () if self.identifier_key else self.previous_secret_keys
        return tuple(one.get_secret_value() for one in (*self.previous_identifier_keys, *derived))


def unknown_settings(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the `PRETRAJECT_*` variables that no setting has: a slip of the keyboard."""
    known = {PREFIX + name.upper() for name in Config.model_fields}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def serving_faults(config: Config, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return what keeps a site with these settings from being put before people."""
    faults = [f"{name} is not a setting; see docs/settings.md" for name in unknown_settings(environment)]
    if not config.development and not config.trusted_hosts:
        faults.append(f"{PREFIX}TRUSTED_HOSTS must name the hosts this site answers to")
    return faults


def database_url_from_environment(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the database's address where one is set: some commands work without."""
    return environment.get(PREFIX + "DATABASE_URL") or None
