"""What ends, as readers of each language read it; the stored label is the English one."""

from collections.abc import Mapping
from typing import Final

from deprecations.models import Target, TargetKind
from deprecations.targets import KINDS

_GERMAN_PLACES: Final = {
    "query": "Query-Parameter",
    "path": "Pfadparameter",
    "header": "Header",
    "cookie": "Cookie",
    "form": "Formularfeld",
    "request": "Anfrage",
    "response": "Antwort",
}
LABELS: Final[Mapping[str, Mapping[TargetKind, str]]] = {
    "de": {
        TargetKind.OPERATION: "{whole}",
        TargetKind.PARAMETER: "{place} „{name}“ von {whole}",
        TargetKind.REQUEST_PROPERTY: "Feld „{name}“ der Anfrage an {whole}",
        TargetKind.RESPONSE_PROPERTY: "Feld „{name}“ der Antwort von {whole}",
        TargetKind.ENUM_VALUE: "Wert „{value}“ von „{name}“ ({place}) bei {whole}",
        TargetKind.MEDIA_TYPE: "Format „{name}“ ({place}) von {whole}",
        TargetKind.HEADER: "Header „{name}“ der Antwort von {whole}",
        TargetKind.SECURITY_SCHEME: "Anmeldeverfahren „{name}“ von {whole}",
        TargetKind.VERSION: "Version {name} von {whole}",
        TargetKind.API: "{whole} als Ganzes",
    }
}
"""By language, then by kind; English is in `targets.KINDS`."""


def called(target: Target, language: str) -> str:
    """Return what ends as it is called in a language, the stored label where it has no own words."""
    words = LABELS.get(language, {}).get(TargetKind(target.kind))
    english = KINDS[TargetKind(target.kind)].words
    if words is None or not english:
        return target.label
    place, name, value = target.place or "", target.name or "", target.value or ""
    whole = target.label.removeprefix(f"{english.format(place=place, name=name, value=value)} of ")
    return words.format(place=_GERMAN_PLACES.get(place, place), name=name, value=value, whole=whole)
