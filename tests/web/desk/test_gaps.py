"""What people think of the answers and ask in vain."""

from knowledge.serving import Service
from tests.web.desk.conftest import HOSTILE, Client, read, seen


async def test_without_feedback_it_says_so(desk: Client) -> None:
    text = seen(await read(desk, "/neuvoja/palaute"))
    assert "Yksikään tieto ei ole saanut huonoa arviota." in text
    assert "Yksikään kysymys ei ole jäänyt ilman vastausta." in text


async def test_the_worst_facts_come_first_with_their_remarks(desk: Client, service: Service) -> None:
    for _ in range(4):
        service.feedback().rate(["talo-raha"], "bad")
    service.feedback().rate(["talo-mika"], "wrong", "Vuosi on väärin.")
    service.feedback().rate(["talo-mika"], "good")
    service.feedback().rate(["poistettu-tieto"], "wrong")
    page = await read(desk, "/neuvoja/palaute")
    text = seen(page)
    assert "Arvioita on 7." in text
    assert text.index("Paljonko rahaa Iltatalo-hanke sai?") < text.index("Mikä oli Iltatalo-hanke?")
    assert "”Vuosi on väärin.”" in text
    assert "poistettu-tieto (poistettu tieto)" in text
    assert '<a href="/neuvoja/fakta/talo-raha">' in page


async def test_like_questions_are_counted_together(desk: Client, service: Service) -> None:
    for question in ("Paljonko kahvi maksaa?", "paljonko kahvi maksaa", "Missä on uimahalli?"):
        service.feedback().unanswered(question, "kahvila-puhelin" if "kahvi" in question else "", 0.2)
    page = await read(desk, "/neuvoja/palaute")
    assert "Kysymyksiä on 3." in seen(page)
    assert "Paljonko kahvi maksaa? 2 Mikä on iltakahvilan puhelinnumero?" in seen(page)
    assert '<a href="/neuvoja?q=Miss%C3%A4+on+uimahalli%3F">' in page


async def test_what_people_wrote_is_shown_as_text(desk: Client, service: Service) -> None:
    service.feedback().rate(["talo-mika"], "wrong", HOSTILE)
    service.feedback().unanswered(HOSTILE, "talo-mika", 0.1)
    page = await read(desk, "/neuvoja/palaute")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
