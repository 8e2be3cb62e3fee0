"""Where to ask instead: municipality → wellbeing services county → its website; national numbers."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.loading import CONTENT, read_yaml

_FOLDER = CONTENT / "reference"


@dataclass(frozen=True)
class County:
    """A wellbeing services county (or Helsinki) and, where we know it, its website and our region name."""

    name: str
    region: str = "muu"
    web: str = ""


@dataclass(frozen=True)
class Guidance:
    """`municipalities`: name in lower case → county name. `numbers`: id → name and phone number."""

    municipalities: Mapping[str, str]
    counties: Mapping[str, County]
    numbers: Mapping[str, Mapping[str, str]]

    def county_of(self, municipality: str) -> County | None:
        """The county of a municipality given by its base form or genitive; None where there is no such one."""
        name = self.municipalities.get(municipality.lower())
        return self.county(name) if name else None

    def county(self, name: str) -> County:
        """The county by its name; one we hold no website for has only the name."""
        return self.counties.get(name, County(name))

    def in_region(self, region: str) -> County | None:
        """The county of one of our two regions."""
        return next((c for c in self.counties.values() if c.region == region), None)

    @cached_property
    def places(self) -> dict[str, str]:
        """Lower-case municipality, base form or genitive → region: ours, or `muu`."""
        return {name: self.county(county).region for name, county in self.municipalities.items()}


def load_guidance(folder: Path = _FOLDER) -> Guidance:
    """Read the checked reference files."""
    raw = read_yaml(folder / "guidance.yml")
    with (folder / "municipalities.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    # The genitive too: of some names (Virtain, Koski Tl:n) no dictionary gives the base form.
    municipalities = {row[form].lower(): row["county"] for row in rows for form in ("genitive", "municipality")}
    counties = {c["name"]: County(c["name"], c["region"], c["web"]) for c in raw["counties"]}
    return Guidance(municipalities, counties, {n["id"]: n for n in raw["numbers"]})
