"""What a reader is told about its own answer, in its language; `{}` are gaps for days and names."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One language: replies to answers, and refusals."""

    unknown_kind: str
    no_concern: str
    too_many: str
    no_day: str
    unreadable_day: str
    day_over: str
    day_too_late: str
    has_time: str
    too_much_time: str
    no_reason: str
    no_address: str
    many_contacts: str
    acknowledged: str
    asked: str
    told_already: str
    forwarded: str
    nobody_named: str
    never_called: str
    still_calls: str
    somebody: str
    quiet_since: str
    muted: str
    muted_all: str
    unmuted: str
    language: str
    unknown_language: str
    refused: str
    torn: str
    expired: str
    gone: str


ENGLISH: Final = AnswerWords(
    unknown_kind="“{}” is no answer: use {}.",
    no_concern="This ending doesn't concern you any more.",
    too_many="That was answered very often: please write to the API's team instead.",
    no_day="Choose a day.",
    unreadable_day="“{}” is no day: write it as 2027-06-30.",
    day_over="{} is over already: choose a day to come.",
    day_too_late="It ends on {}: choose a day up to that, or ask for more time.",
    has_time="You have until {} already: choose a later day.",
    too_much_time="Ask for two years more at most: up to {}.",
    no_reason="Say why you need it: the API's team decides by that.",
    no_address="“{}” is no e-mail address: write it as name@example.com",
    many_contacts="There are many contacts already: please write to the API's team instead.",
    acknowledged="Thank you. You plan to be done by {}; until then only the last reminders come.",
    asked="The API's team is asked, and you get a mail with its answer. "
    "Until it agrees, the last day stays {}.",
    told_already="{} is told already. The API's team is asked whether you need to be.",
    forwarded="{} is told from now on. The API's team decides whether you are told no more, "
    "and you get a mail.",
    nobody_named="The API's team is asked to find out who looks after it. You get a mail with its answer.",
    never_called="Good: no call of yours was ever seen.",
    still_calls="Not seen yet: the last call came {}, by {}. It is checked again: where no call follows, "
    "it counts from {}.",
    somebody="an unknown caller",
    quiet_since="It looks so: the last call came {}. We will keep an eye on it.",
    muted="Reminders stop, but for the last two before the end, and what changes or moves.",
    muted_all="Reminders stop, but for the last two before each end, and what changes or moves.",
    unmuted="Reminders come again.",
    language="This page and your mails are written in {} from now on.",
    unknown_language="Nothing is written in “{}” here: choose one of the list.",
    refused="This link opens nothing",
    torn="This link is not whole: open it from the mail once more.",
    expired="This link has expired: the newest mail has one that works.",
    gone="You are no contact here any more: there is nothing left to answer.",
)
GERMAN: Final = AnswerWords(
    unknown_kind="„{}“ ist keine Antwort: Möglich sind {}.",
    no_concern="Dieses Ende betrifft Sie nicht mehr.",
    too_many="Darauf wurde schon sehr oft geantwortet: Bitte schreiben Sie dem Team der API.",
    no_day="Bitte wählen Sie einen Tag.",
    unreadable_day="„{}“ ist kein Tag: Schreiben Sie ihn wie 2027-06-30.",
    day_over="{} ist schon vorbei: Bitte wählen Sie einen Tag, der noch kommt.",
    day_too_late="Es endet am {}: Wählen Sie einen Tag bis dahin, oder bitten Sie um mehr Zeit.",
    has_time="Sie haben ohnehin Zeit bis {}: Bitte wählen Sie einen späteren Tag.",
    too_much_time="Bitten Sie um höchstens zwei Jahre mehr: bis {}.",
    no_reason="Bitte sagen Sie, warum: Danach entscheidet das Team der API.",
    no_address="„{}“ ist keine E-Mail-Adresse: Schreiben Sie sie wie name@example.com",
    many_contacts="Es gibt schon viele Ansprechpartner: Bitte schreiben Sie dem Team der API.",
    acknowledged="Danke. Sie wollen bis {} fertig sein; bis dahin kommen nur die letzten Erinnerungen.",
    asked="Das Team der API ist gefragt, und Sie bekommen seine Antwort per Mail. "
    "Bis es zustimmt, bleibt der letzte Tag {}.",
    told_already="{} wird schon benachrichtigt. Das Team der API ist gefragt, ob auch Sie es sein müssen.",
    forwarded="{} wird ab jetzt benachrichtigt. Ob Sie keine Mails mehr bekommen, entscheidet "
    "das Team der API; das erfahren Sie per Mail.",
    nobody_named="Das Team der API ist gefragt, wer sich darum kümmert. Sie bekommen seine Antwort per Mail.",
    never_called="Gut: Von Ihnen kam nie ein Aufruf.",
    still_calls="Noch nicht zu sehen: Der letzte Aufruf kam {}, durch {}. Es wird noch einmal geprüft: "
    "Folgt keiner, gilt es ab {}.",
    somebody="einen unbekannten Aufrufer",
    quiet_since="Es sieht so aus: Der letzte Aufruf kam {}. Wir behalten es im Auge.",
    muted="Erinnerungen hören auf, bis auf die letzten zwei vor dem Ende und was sich ändert "
    "oder verschiebt.",
    muted_all="Erinnerungen hören auf, bis auf die letzten zwei vor jedem Ende und was sich ändert "
    "oder verschiebt.",
    unmuted="Erinnerungen kommen wieder.",
    language="Diese Seite und Ihre Mails sind ab jetzt auf {}.",
    unknown_language="Auf „{}“ wird hier nichts geschrieben: Bitte wählen Sie eine Sprache aus der Liste.",
    refused="Dieser Link öffnet nichts",
    torn="Dieser Link ist nicht vollständig: Öffnen Sie ihn noch einmal aus der Mail.",
    expired="Dieser Link ist abgelaufen: In der neuesten Mail steht einer, der noch gilt.",
    gone="Sie sind hier kein Ansprechpartner mehr: Es gibt nichts mehr zu beantworten.",
)
ANSWER_WORDS: Final = {"en": ENGLISH, "de": GERMAN}
"""By the codes of `phrases.LANGUAGES`."""
