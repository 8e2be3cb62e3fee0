"""The tiny base with something added: for what its few facts cannot show."""

from dataclasses import replace

from knowledge.model import Aspect, Base


def with_subject(base: Base, name: str, full: str, region: str, *aliases: str) -> Base:
    """The base with one more service; `name` is its id."""
    like = base.subjects["iltakahvila"]
    subject = replace(like, id=name, name=full, region=region, parent=None, aliases=aliases)
    return replace(base, subjects={**base.subjects, name: subject})


def with_fact(base: Base, subject: str, aspect: Aspect, question: str, text: str) -> Base:
    """The base with one more fact, `<subject>-<aspect>`."""
    like = base.facts["polku-kunnat"]
    fact = replace(like, id=f"{subject}-{aspect}", subject=subject, aspect=aspect, questions=(question,), text=text)
    return replace(base, facts={**base.facts, fact.id: fact})


def with_clubs(base: Base) -> Base:
    """The base with an evening club of the same name in each region; only one of them tells what it cost."""
    for name, full, region, leader, goal in (
        ("kerho-ph", "Päijät-Hämeen iltakerho", "Päijät-Häme", "Päivi Puro", "etsii lapsille kavereita"),
        ("kerho-ks", "Keski-Suomen iltakerho", "Keski-Suomi", "Kaisa Suo", "vähentää yksinäisyyttä"),
    ):
        base = with_subject(base, name, full, region, "iltakerho")
        genitive = full.replace("kerho", "kerhon")
        base = with_fact(base, name, Aspect.GOALS, f"Mitkä ovat {genitive} tavoitteet?", f"Iltakerho {goal}.")
        base = with_fact(base, name, Aspect.PEOPLE, f"Kuka johtaa {full}a?", f"Iltakerhoa johtaa {leader}.")
    return with_fact(base, "kerho-ph", Aspect.FUNDING, f"Paljonko rahaa {CLUB} sai?", "Iltakerho sai 10 000 euroa.")


CLUB = "Päijät-Hämeen iltakerho"
