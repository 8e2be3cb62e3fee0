"""The chat under the hands of a person: keys, focus, what is read aloud, and what happens when the server is away."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import PHONE, ZOOMED, violations
from tests.browser.chat import DANGER, QUESTION, Chat, answering, reachable, reply, unreachable
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.e2e
# Every text of a live region, as it comes.
LISTEN = """() => {
  window.heard = [];
  const root = document.querySelector('sote-opas').shadowRoot;
  for (const region of root.querySelectorAll('[role=log], [role=status], [role=alert]')) {
    new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes].map((node) => node.textContent)).join(' ');
      if (added.trim()) window.heard.push([region.getAttribute('role'), added]);
    }).observe(region, { childList: true });
  }
}"""
# Counts the clicks that keys make, without their effects.
COUNT = """() => {
  window.clicks = 0;
  document.querySelector('sote-opas').shadowRoot.addEventListener('click', (event) => {
    window.clicks += 1;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}"""


@pytest.fixture
def chat(open_page: OpenPage) -> Chat:
    """The full page, greeted."""
    opened = Chat(open_page())
    opened.greeting.wait_for()
    return opened


def offline_page(open_page: OpenPage) -> Chat:
    """The full page whose server goes away after the greeting."""
    chat = Chat(open_page(expected="Failed to load resource"))
    chat.greeting.wait_for()
    unreachable(chat.page)
    return chat


def heard(page: Page, role: str) -> list[str]:
    """What the live regions of the role said."""
    return [text for region, text in page.evaluate("window.heard") if region == role]


def test_the_rules_look_into_the_shadow_tree(chat: Chat) -> None:
    chat.button("Valikko").evaluate("(node) => node.removeAttribute('aria-label')")
    chat.log.evaluate("(node) => { node.style.color = '#ccc'; }")
    assert {line.split(":")[0] for line in violations(chat.page)} >= {"button-name", "color-contrast"}


def test_the_first_message_says_that_it_is_an_automaton(chat: Chat) -> None:
    expect(chat.greeting).to_contain_text("En ole ihminen")
    expect(chat.page.get_by_role("heading", level=1)).to_have_text("Sote-opas Automaatti")


def test_an_answer_comes_with_sources_and_questions_to_go_on(chat: Chat) -> None:
    answer = chat.ask()
    expect(answer).to_contain_text("Perhekeskus")
    expect(answer.locator("summary")).to_contain_text("Läh")
    expect(answer.locator("dl").first).to_contain_text("Julkaisija")
    expect(chat.chips).not_to_have_count(0)


def test_each_answer_is_read_once_and_the_waiting_is_told_apart(chat: Chat) -> None:
    answering(chat.page, reply("Perhekeskus tuo palvelut yhteen.", cited=True))
    chat.page.evaluate(LISTEN)
    log = chat.log.element_handle()
    chat.ask()
    chat.ask("Entä neuvola?")
    assert heard(chat.page, "status") == ["Haen vastausta…"] * 2
    spoken = heard(chat.page, "log")
    assert len([text for text in spoken if "Perhekeskus tuo palvelut yhteen." in text]) == 2
    assert len(spoken) == 4, "the questions and the answers, nothing else"
    assert heard(chat.page, "alert") == []
    assert log is not None
    assert log.evaluate("(node) => node.isConnected"), "the log stays in its place"


def test_danger_is_shown_and_said_at_once_with_numbers_to_call(chat: Chat) -> None:
    answer = chat.ask(DANGER)
    expect(answer).to_have_class("turn bot urgent")
    expect(answer).to_contain_text("Hätätilanne")
    expect(chat.alert).to_contain_text("112")
    expect(answer.locator("a[href='tel:112']")).to_have_count(1)
    expect(answer.locator("a[href='tel:116117']")).to_have_count(1)


def test_phone_numbers_with_spaces_can_be_called(chat: Chat) -> None:
    answering(chat.page, reply("Soita 09 2525 0111 tai 0800 147 111.", kind="emergency"))
    links = chat.ask().locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["tel:0925250111", "tel:0800147111"]


def test_figures_of_an_answer_are_no_phone_numbers(chat: Chat) -> None:
    answering(chat.page, reply("Kyselyyn vastasi 112 perhettä ja 0800 147 111 muuta. Lue paijatha.fi/perheet."))
    links = chat.ask().locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["https://paijatha.fi/perheet"]


def test_lines_with_a_dash_are_a_list(chat: Chat) -> None:
    answering(chat.page, reply("Siihen kuuluvat:\n- neuvola\n- perhetyö"))
    assert chat.ask().locator("ul > li").all_text_contents() == ["neuvola", "perhetyö"]


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror='window.harm=1'> <script>window.harm=1</script>",
        "javascript:window.harm=1 [x](javascript:window.harm=1) data:text/html,<b>x</b>",
        "<a href='javascript:window.harm=1'>x</a>",
    ],
)
def test_text_is_text_whoever_wrote_it(chat: Chat, text: str) -> None:
    made_up = reply(text, suggestions=(text,), cited=True)
    made_up["reply"]["sources"][0] |= {"title": text, "publisher": text}
    answering(chat.page, made_up)
    answer = chat.ask(text)
    expect(answer).to_contain_text(text)
    expect(chat.log.locator(".mine")).to_contain_text(text)
    assert chat.log.locator("img, script, iframe, a[href^='javascript'], a[href^='data']").count() == 0
    assert chat.page.evaluate("window.harm") is None


def test_enter_sends_and_shift_enter_begins_a_line(chat: Chat) -> None:
    sent = answering(chat.page, reply("Selvä."))
    chat.input.press_sequentially("eka")
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("toka")
    chat.input.press("Enter")
    expect(chat.answers).to_have_count(2)
    assert [body["message"] for body in sent] == ["eka\ntoka"]
    expect(chat.input).to_have_value("")
    assert chat.focused() == "question"


def test_a_quick_reply_is_removed_only_after_the_focus_is_in_the_field(chat: Chat) -> None:
    answering(chat.page, reply("Selvä.", suggestions=("Entä neuvola?",)))
    chat.ask()
    chat.page.evaluate("""() => {
      const root = document.querySelector('sote-opas').shadowRoot;
      new MutationObserver(() => { window.focusedThen ??= root.activeElement?.id; }).observe(
        root.querySelector('[role=log]'), { childList: true, subtree: true });
    }""")
    chat.chips.first.press("Enter")
    expect(chat.answers).to_have_count(3)
    assert chat.page.evaluate("window.focusedThen") == "question"
    assert chat.focused() == "question"
    expect(chat.chips).to_have_count(1)


def test_nothing_is_sent_for_an_empty_or_a_too_long_question(chat: Chat) -> None:
    sent = answering(chat.page, reply("Selvä."))
    chat.input.press("Enter")
    expect(chat.status).to_have_text("Kirjoita ensin kysymyksesi.")
    chat.input.fill("a" * 1001)
    chat.input.press("Enter")
    expect(chat.alert).to_contain_text("enintään 1000 merkkiä")
    expect(chat.input).to_have_value("a" * 1001)
    assert sent == []


def test_while_the_server_is_away_the_text_is_kept_and_help_is_told(open_page: OpenPage) -> None:
    chat = offline_page(open_page)
    chat.input.fill(QUESTION)
    chat.input.press("Enter")
    for part in ("tallessa", "112", "116117", "paijatha.fi", "hyvaks.fi"):
        expect(chat.alert).to_contain_text(part)
    expect(chat.input).to_have_value(QUESTION)
    expect(chat.turns).to_have_count(1)
    reachable(chat.page)
    chat.button("Yritä uudelleen").click()
    expect(chat.answers).to_have_count(2)
    expect(chat.alert).to_be_empty()
    expect(chat.button("Yritä uudelleen")).to_be_hidden()
    expect(chat.input).to_have_value("")
    assert chat.focused() == "question"


@pytest.mark.parametrize(
    ("status", "told"), [(503, "En saa nyt yhteyttä"), (500, "En saa nyt yhteyttä"), (429, "Odota hetki.")]
)
def test_a_refusal_is_told_calmly(open_page: OpenPage, status: int, told: str) -> None:
    chat = offline_page(open_page)
    reachable(chat.page)
    answering(chat.page, {"error": "Odota hetki."}, status)
    chat.input.fill(QUESTION)
    chat.input.press("Enter")
    expect(chat.alert).to_contain_text(told)
    expect(chat.alert).to_contain_text("116117")
    expect(chat.input).to_have_value(QUESTION)


def test_without_the_server_there_is_a_greeting_and_a_way_to_a_person(open_page: OpenPage) -> None:
    chat = Chat(open_page(expected="Failed to load resource", prepare=unreachable))
    expect(chat.greeting).to_contain_text("automaatti, en ihminen")
    chat.button("Ota yhteyttä ihmiseen").click()
    expect(chat.answers.last.locator("a[href='https://paijatha.fi']")).to_have_count(1)
    expect(chat.answers.last.locator("a[href='tel:116117']")).to_have_count(1)
    expect(chat.status).to_contain_text("Automaatti ei nyt vastaa")


def test_the_way_to_a_person_is_shown_before_the_server_answers(chat: Chat) -> None:
    held: list[Route] = []
    chat.page.route("**/api/message", lambda route: held.append(route))
    chat.button("Ota yhteyttä ihmiseen").click()
    expect(chat.answers.last).to_contain_text("hyvaks.fi")
    expect(chat.status).to_have_text("Haen vastausta…")
    held[0].fulfill(json=reply("En itse voi yhdistää sinua ihmiselle.", kind="handoff"))
    expect(chat.answers).to_have_count(3)


def test_the_dialog_takes_and_gives_back_the_focus(open_page: OpenPage, host: str) -> None:
    chat = Chat(open_page(host, hosts=(host,)))
    chat.launcher.press("Enter")
    assert chat.focused() == "question"
    chat.button("Valikko").press("Space")
    assert chat.focused() == "Tallenna tiedostoksi (HTML)"
    chat.page.keyboard.press("Escape")
    assert chat.focused() == "Valikko"
    expect(chat.dialog).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.dialog).to_be_hidden()
    assert chat.focused() == "Kysy Sote-oppaalta"


def test_every_control_answers_to_its_keys(chat: Chat) -> None:
    answering(chat.page, reply("Katso paijatha.fi.", suggestions=("Entä neuvola?",), cited=True))
    chat.ask()
    chat.rating.get_by_role("button", name="Virheellinen").click()
    chat.button("Valikko").click()
    chat.page.evaluate(COUNT)
    controls = chat.host.locator("button:visible, summary:visible")
    assert controls.count() >= 15
    for control in controls.all():
        for key in ("Enter", "Space"):
            before = chat.page.evaluate("window.clicks")
            control.press(key)
            assert chat.page.evaluate("window.clicks") == before + 1, f"{key} on {control.text_content()}"


def test_a_whole_visit_with_the_keyboard_alone(open_page: OpenPage, host: str) -> None:
    page = open_page(host, hosts=(host,))
    chat = Chat(page)
    chat.launcher.wait_for()
    until(page, "Kysy Sote-oppaalta")
    page.keyboard.press("Space")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    chat.chips.first.wait_for()
    until(page, "Auttoi", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.status).to_have_text("Kiitos palautteesta!")
    until(page, str(chat.chips.first.text_content()))
    page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(3)
    until(page, "Sulje keskustelu", key="Shift+Tab")
    page.keyboard.press("Enter")
    assert chat.focused() == "Kysy Sote-oppaalta"


def until(page: Page, name: str, key: str = "Tab") -> None:
    """Press the key until what is called so has the focus."""
    for _ in range(40):
        page.keyboard.press(key)
        if Chat(page).focused() == name:
            return
    pytest.fail(f"{key} does not reach '{name}'")


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED])
def test_the_beginning_of_a_long_answer_is_in_view(open_page: OpenPage, viewport: tuple[int, int]) -> None:
    chat = Chat(open_page(viewport=viewport))
    answering(chat.page, reply("\n".join(f"Kappale {n}. " + "Sanoja. " * 30 for n in range(20))))
    for _ in range(2):
        answer = chat.ask()
        assert (
            answer.locator("p")
            .nth(1)
            .evaluate(
                "(node) => node.getBoundingClientRect().top >= 0 && node.getBoundingClientRect().top < innerHeight"
            )
        )


def test_the_page_around_the_dialog_does_not_move(open_page: OpenPage, host: str) -> None:
    chat = Chat(open_page(host, hosts=(host,), viewport=ZOOMED))
    chat.page.evaluate("document.body.append(...Array.from({length: 99}, () => document.createElement('p')))")
    chat.open()
    chat.ask()
    assert chat.page.evaluate("scrollY") == 0


def test_targets_are_large_enough(chat: Chat) -> None:
    answering(chat.page, reply("Selvä.", suggestions=("Entä neuvola?",), cited=True))
    chat.ask()
    chat.button("Valikko").click()
    for control in chat.host.locator("button:visible, .menu a:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, control.text_content()


def test_text_spacing_of_the_reader_loses_nothing(open_page: OpenPage) -> None:
    chat = Chat(open_page(viewport=PHONE))
    chat.ask()
    chat.page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; ' +
        'word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }');
      document.querySelector('sote-opas').shadowRoot.adoptedStyleSheets.push(sheet);
    }""")
    assert chat.sideways() == []
    expect(chat.button("Ota yhteyttä ihmiseen")).to_be_in_viewport(ratio=1)


def test_nothing_moves_for_those_who_do_not_want_it(chat: Chat) -> None:
    chat.page.route("**/api/message", lambda route: None)
    chat.input.fill(QUESTION)
    chat.input.press("Enter")
    expect(chat.status).to_have_text("Haen vastausta…")
    animated = "(node) => getComputedStyle(node, '::after').animationName"
    assert chat.status.evaluate(animated) == "wait"
    chat.page.emulate_media(reduced_motion="reduce")
    assert chat.status.evaluate(animated) == "none"


def test_in_forced_colours_buttons_have_an_edge(chat: Chat) -> None:
    chat.page.emulate_media(forced_colors="active")
    for name in ("Lähetä", "Valikko", "Ota yhteyttä ihmiseen"):
        assert chat.button(name).evaluate("(node) => getComputedStyle(node).borderTopWidth") == "1px"
