"""Puts the content and the translations into the wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("content", "translations")


class BundleHook(BuildHookInterface):
    """Add what editors and translators write to `pretraject/bundled/`.

    An editable install gets no copy, which would grow old: it reads the checkout.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to add; hatchling refuses to build when one is missing."""
        if version == "editable":
            return
        for name in BUNDLED:
            build_data["force_include"][str(Path(self.root) / name)] = f"pretraject/bundled/{name}"
