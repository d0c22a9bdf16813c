"""What the team of an API is told that needs it, in each language; gaps are for names, days and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from deprecations.alarm_kinds import TO_DO, Alarm
from deprecations.attention import Kind
from deprecations.dates_in_words import day, moment
from deprecations.labels import called
from deprecations.models import Target
from deprecations.phrases import ENGLISH as ENGLISH_PHRASES
from deprecations.phrases import GERMAN as GERMAN_PHRASES
from deprecations.phrases import Phrases


@dataclass(frozen=True, slots=True)
class AttentionWords:
    """One language; where a pair stands, its first is for one, its second for several."""

    phrases: Phrases
    headings: Mapping[Kind, str]
    to_do: Mapping[Kind, str]
    alarm_to_do: Mapping[Alarm, str]
    more: str
    of_wider: str
    at_some: str
    after_sunset: str
    new_adopter: str
    rising: str
    still_there: str
    not_known: tuple[str, str]  # still to be compared, failed
    gone_too_early: str
    ended_unmarked: tuple[str, str]
    unmarked: tuple[str, str]
    other_day: str
    ends_soon: tuple[str, str]
    nobody_registered: str
    asks_for_time: str
    not_theirs: str
    names_another: str
    unanswered: str
    none_reached: str
    none_answered: tuple[str, str]
    not_delivered: str
    add_a_contact: str
    told_no_more: str
    wants_no_mail: str
    takes_no_more: str
    ask_for_address: str
    own_team: str
    own_team_by_mail: str
    name_another: str
    silent_source: str
    breaks: tuple[str, str]
    hits_unknown: str
    hits_nobody: str
    hits: tuple[str, str]

    def what(self, target: Target) -> str:
        """Name what ends."""
        return called(target, self.phrases.code)

    def day(self, on: date) -> str:
        """Write a day."""
        return day(on, self.phrases)

    def at(self, at: datetime) -> str:
        """Write an instant, in UTC."""
        return moment(at, words=self.phrases)

    def listed(self, names: Sequence[str], most: int) -> str:
        """Name some of several, and how many more there are."""
        shown, left = ", ".join(names[:most]), len(names) - most
        return self.more.format(names=shown, more=left) if left > 0 else shown

    def number(self, count: int) -> str:
        """Write a count with the language's mark between thousands."""
        return f"{count:,}".replace(",", self.phrases.thousands)


ENGLISH: Final = AttentionWords(
    phrases=ENGLISH_PHRASES,
    headings={
        Kind.AFTER_SUNSET: "Called after its last day",
        Kind.ENDS_SOON: "Ends within a week, and is called",
        Kind.ASKED: "Somebody waits for your answer",
        Kind.UNANSWERED: "Nobody answers",
        Kind.UNREACHABLE: "Somebody can’t be reached",
        Kind.STALE_SOURCE: "A source of usage fell silent",
        Kind.BREAKING: "A version breaks callers",
        Kind.ALARM: "Not as planned",
    },
    to_do={
        Kind.ENDS_SOON: "Ask them once more, give them a later day of their own, or move the end.",
        Kind.ASKED: "Agree or decline: the answer goes out by mail at once.",
        Kind.UNREACHABLE: "Name somebody else, or ask them for an address that works.",
        Kind.STALE_SOURCE: "See whether its logs still arrive; retire it where it is gone for good.",
        Kind.BREAKING: "Look at whom it hits; plan the ending, waive what was agreed, "
        "or publish a version without it.",
    },
    alarm_to_do=TO_DO,
    more="{names} and {more} more",
    of_wider="{names} of {what}",
    at_some="{what} at {names}",
    after_sunset="{name} still calls {what}, last on {at}; its last day was {day}.",
    new_adopter="{name} calls {what} since {at}, which was closed to new consumers before.",
    rising="{name} calls {what} more than before: {calls} calls in 30 days, after {earlier}.",
    still_there="{what} was noted as removed, and {version} has it.",
    not_known=(
        "{what} was noted as removed; whether {version} has it isn't known: comparing {old} with {new} isn't "
        "made yet.",
        "{what} was noted as removed; whether {version} has it isn't known: comparing {old} with {new} "
        "failed.",
    ),
    gone_too_early="{version} has no {what}, which was promised to work until {last}.",
    ended_unmarked=(
        "{what} ended on {last}, and {version} still has it, without a mark.",
        "{what} ended on {last}, and {version} still has them, without a mark.",
    ),
    unmarked=(
        "{what} is deprecated, and {version} doesn't say so.",
        "{what} are deprecated, and {version} doesn't say so.",
    ),
    other_day="{version} says that {day} is the last day of {what}; announced is {last}.",
    ends_soon=(
        "{what} ends on {day}, and {names} still calls it.",
        "{what} ends on {day}, and {names} still call it.",
    ),
    nobody_registered="a caller that nobody registered",
    asks_for_time="{by} of {consumer} asks for time until {day} for {what}: “{words}”.",
    not_theirs="{by} of {consumer} says that {what} isn’t theirs.",
    names_another="{by} of {consumer} says that {what} isn’t theirs, and names {words}.",
    unanswered="{consumer} calls {what}, which ends for it on {day}, and {happened}.",
    none_reached="no message reached anybody there",
    none_answered=(
        "nobody there answered: one message went to {to} since {at}",
        "nobody there answered: {number} messages went to {to} since {at}",
    ),
    not_delivered="; not delivered was {failures}",
    add_a_contact="Call somebody whom you know at {consumer}, add a contact, or give it a later day.",
    told_no_more="{email} of {consumer} is told nothing any more: {reason}.",
    wants_no_mail="They want no mail from here: name somebody else, or call them.",
    takes_no_more="{hint} of {consumer} takes nothing any more: {reason}. Mail to {email} takes its place.",
    ask_for_address="Ask them for a new address.",
    own_team="{name} of your own team can’t be told any more: {reason}.",
    own_team_by_mail="{name} of your own team can’t be told any more at {hint}, and gets mail instead: "
    "{reason}.",
    name_another="Give them another address, or name somebody else.",
    silent_source="The source “{source}” told of no call since {at}. While it is silent, nothing proves that "
    "calls stopped, and no removal is called safe.",
    breaks=(
        "Version {new} breaks callers of {old}: 1 breaking change{hit}.",
        "Version {new} breaks callers of {old}: {number} breaking changes{hit}.",
    ),
    hits_unknown="; whom it hits is not known. {blind}",
    hits_nobody="; it hits no consumer that is known",
    hits=(
        "; of the consumers, 1 is hurt and {at_risk} at risk",
        "; of the consumers, {hurt} are hurt and {at_risk} at risk",
    ),
)
GERMAN: Final = AttentionWords(
    phrases=GERMAN_PHRASES,
    headings={
        Kind.AFTER_SUNSET: "Nach dem letzten Tag noch aufgerufen",
        Kind.ENDS_SOON: "Endet in einer Woche und wird noch aufgerufen",
        Kind.ASKED: "Jemand wartet auf Ihre Antwort",
        Kind.UNANSWERED: "Niemand antwortet",
        Kind.UNREACHABLE: "Jemand ist nicht erreichbar",
        Kind.STALE_SOURCE: "Eine Quelle für Aufrufe schweigt",
        Kind.BREAKING: "Eine Version ist nicht kompatibel",
        Kind.ALARM: "Nicht wie geplant",
    },
    to_do={
        Kind.ENDS_SOON: "Fragen Sie noch einmal nach, gewähren Sie einen späteren eigenen Tag, "
        "oder verschieben Sie das Ende.",
        Kind.ASKED: "Stimmen Sie zu, oder lehnen Sie ab: Die Antwort geht sofort per Mail hinaus.",
        Kind.UNREACHABLE: "Benennen Sie jemand anderen, oder fragen Sie nach einer gültigen Adresse.",
        Kind.STALE_SOURCE: "Sehen Sie nach, ob ihre Protokolle noch ankommen; gibt es sie nicht mehr, "
        "legen Sie sie still.",
        Kind.BREAKING: "Sehen Sie nach, wen es trifft; planen Sie das Ende, lassen Sie gelten, was "
        "abgesprochen ist, oder veröffentlichen Sie eine Version ohne diese Änderung.",
    },
    alarm_to_do={
        Alarm.AFTER_SUNSET: "Bitten Sie um die Umstellung, oder gewähren Sie einen späteren eigenen Tag.",
        Alarm.GONE_TOO_EARLY: "Veröffentlichen Sie ein Dokument, in dem es wieder steht, oder verschieben "
        "Sie den Plan oder sagen ihn ab.",
        Alarm.NEW_ADOPTER: "Sagen Sie dort, was stattdessen aufzurufen ist, bevor etwas darauf aufbaut.",
        Alarm.RISING: "Fragen Sie nach, ob bekannt ist, dass es endet.",
        Alarm.STILL_THERE: "Nehmen Sie es aus dem Dokument, oder planen Sie das Ende neu.",
        Alarm.OTHER_DAY: "Nennen Sie im Dokument den angekündigten Tag, oder verschieben Sie den Plan.",
        Alarm.NOT_KNOWN: "Warten Sie den Vergleich ab; wo er fehlschlug, öffnen Sie ihn und wiederholen ihn.",
        Alarm.UNMARKED: "Setzen Sie im Dokument `deprecated: true` daran.",
    },
    more="{names} und {more} weitere",
    of_wider="{names} von {what}",
    at_some="{what} bei {names}",
    after_sunset="{name} ruft {what} noch auf, zuletzt am {at}; der letzte Tag war der {day}.",
    new_adopter="{name} ruft seit {at} {what} auf, obwohl es für neue Anwendungen schon geschlossen war.",
    rising="{name} ruft {what} öfter auf als zuvor: {calls} Aufrufe in 30 Tagen, davor {earlier}.",
    still_there="{what} ist als entfernt vermerkt, steht aber in {version}.",
    not_known=(
        "{what} ist als entfernt vermerkt; ob {version} es noch hat, ist nicht bekannt: {old} und {new} sind "
        "noch nicht verglichen.",
        "{what} ist als entfernt vermerkt; ob {version} es noch hat, ist nicht bekannt: der Vergleich von "
        "{old} mit {new} schlug fehl.",
    ),
    gone_too_early="In {version} fehlt {what}; zugesagt ist es bis {last}.",
    ended_unmarked=(
        "{what} ist am {last} ausgelaufen und steht noch ohne Vermerk in {version}.",
        "{what} sind am {last} ausgelaufen und stehen noch ohne Vermerk in {version}.",
    ),
    unmarked=(
        "{what} ist veraltet, und {version} sagt das nicht.",
        "{what} sind veraltet, und {version} sagt das nicht.",
    ),
    other_day="{version} nennt den {day} als letzten Tag von {what}; angekündigt ist der {last}.",
    ends_soon=(
        "{what} endet am {day}, und {names} ruft es noch auf.",
        "{what} endet am {day}, und {names} rufen es noch auf.",
    ),
    nobody_registered="eine Anwendung, die niemand angemeldet hat",
    asks_for_time="{by} ({consumer}) bittet für {what} um Zeit bis {day}: „{words}“.",
    not_theirs="{by} ({consumer}) ist nach eigenen Worten nicht zuständig für {what}.",
    names_another="{by} ({consumer}) ist nach eigenen Worten nicht zuständig für {what} und nennt {words}.",
    unanswered="{consumer} ruft {what} auf, das dort am {day} endet, und {happened}.",
    none_reached="keine Nachricht hat dort jemanden erreicht",
    none_answered=(
        "niemand hat dort geantwortet: Eine Nachricht ging seit {at} an {to}",
        "niemand hat dort geantwortet: {number} Nachrichten gingen seit {at} an {to}",
    ),
    not_delivered="; nicht zugestellt: {failures}",
    add_a_contact="Rufen Sie jemanden an, den Sie bei {consumer} kennen, ergänzen Sie einen Kontakt, "
    "oder gewähren Sie einen späteren Tag.",
    told_no_more="{email} ({consumer}) bekommt keine Nachrichten mehr: {reason}.",
    wants_no_mail="Dort sind Mails von hier nicht erwünscht: Benennen Sie jemand anderen, oder rufen Sie an.",
    takes_no_more="{hint} ({consumer}) nimmt nichts mehr an: {reason}. Stattdessen gehen Mails an {email}.",
    ask_for_address="Fragen Sie dort nach einer neuen Adresse.",
    own_team="{name} aus Ihrem eigenen Team ist nicht mehr erreichbar: {reason}.",
    own_team_by_mail="{name} aus Ihrem eigenen Team ist unter {hint} nicht mehr erreichbar und bekommt "
    "stattdessen Mails: {reason}.",
    name_another="Geben Sie eine andere Adresse an, oder benennen Sie jemand anderen.",
    silent_source="Die Quelle „{source}“ meldet seit {at} keine Aufrufe mehr. Solange sie schweigt, beweist "
    "nichts, dass niemand mehr aufruft, und kein Entfernen gilt als sicher.",
    breaks=(
        "Version {new} passt nicht mehr zu dem, was Aufrufer von {old} erwarten: "
        "eine inkompatible Änderung{hit}.",
        "Version {new} passt nicht mehr zu dem, was Aufrufer von {old} erwarten: "
        "{number} inkompatible Änderungen{hit}.",
    ),
    hits_unknown="; wen es trifft, ist nicht bekannt",
    hits_nobody="; es trifft keine bekannte Anwendung",
    hits=(
        "; eine Anwendung ist betroffen, gefährdet sind {at_risk}",
        "; {hurt} Anwendungen sind betroffen, gefährdet sind {at_risk}",
    ),
)
ATTENTION_WORDS: Final = {"en": ENGLISH, "de": GERMAN}
"""By the codes of `storage.languages`."""
