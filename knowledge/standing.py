"""How things stand on the day of the answer: what has ended, changed or been replaced since a document was written."""

from collections.abc import Sequence
from datetime import date

from knowledge.clock import Clock
from knowledge.language.analysis import Analysis
from knowledge.model import Aspect, Fact, Source, Status, Subject
from knowledge.wording import Wording


class Standing:
    """Judges by the clock, from the documents' dates and the changes of `content/reference/guidance.yml`."""

    def __init__(self, wording: Wording, clock: Clock) -> None:
        self._say = wording
        self._clock = clock

    def status(self, subject: Subject, source: Source) -> Status:
        """The subject's status today; where neither documents nor changes tell it, that of the source as a whole."""
        change = subject.change
        if change and change.status and change.since <= self._clock.today():
            return change.status
        return Status.ENDED if self.ended(subject) else subject.status or source.status

    def ended(self, subject: Subject) -> bool:
        """Whether the end that the documents give has passed."""
        return subject.end is not None and subject.end < self._clock.today()

    def changes(self, subjects: Sequence[Subject], source: Source, about: bool) -> str:
        """What has happened to the subjects, the main one first, since the source was written; '' if nothing known.

        What has changed with the source as a whole is said only where the fact is `about` the source's own subject.
        """
        end = subjects[0].end
        if end and end < self._clock.today():
            return self._ended(subjects[0], end, source)
        for change in (*(s.change for s in subjects), source.change if about else None):
            if change and source.as_of < change.since <= self._clock.today():
                return change.says
        return ""

    def asks_later(self, question: Analysis, fact: Fact, subject: Subject) -> bool:
        """Whether a later time is asked than the fact knows of; of a thing that has ended its dates tell all."""
        if self.ended(subject) and fact.aspect is Aspect.SCHEDULE:
            return False
        return question.now or any(int(y) > fact.as_of.year and y not in fact.body for y in question.years)

    def _ended(self, subject: Subject, end: date, source: Source) -> str:
        """That it ended, where the source was written afterwards; else when it was to end."""
        name, day = subject.name[:1].upper() + subject.name[1:], f"{end.day}.{end.month}.{end.year}"
        if subject.start == end and end > source.as_of:
            return self._say("answer.held", name=name, end=day)
        # A source that gives only the year of an end is not made to give its last day.
        whole_year = (end.month, end.day) == (12, 31)
        until = self._say("answer.year_end", year=str(end.year)) if whole_year else self._say("answer.until", day=day)
        return self._say("answer.ended" if end <= source.as_of else "answer.due", name=name, end=until)
