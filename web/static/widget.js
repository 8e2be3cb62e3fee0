// The residents' chat as a web component: <sote-opas> (a launcher and a dialog) or <sote-opas mode="page">.
// One script tag is enough; see docs/embedding.md. What people and the server write goes in as text nodes only.
"use strict";
{
const TEXTS = {
  name: "Sote-opas",
  badge: "Automaatti",
  launcher: "Kysy Sote-oppaalta",
  log: "Keskustelu",
  me: "Sinä",
  bot: "Sote-opas, automaatti",
  danger: "Hätätilanne",
  label: "Kysymyksesi",
  send: "Lähetä",
  hint: "Älä kirjoita henkilötietoja. Hätätilanteessa soita 112.",
  human: "Ota yhteyttä ihmiseen",
  wantsHuman: "Haluan puhua ihmiselle",
  close: "Sulje keskustelu",
  menu: "Valikko",
  waiting: "Haen vastausta…",
  greeting: [
    "Hei! Olen Sote-opas. Olen automaatti, en ihminen. Kerron sote-uudistuksesta, perhekeskuksista ja ikääntyneiden palveluista Päijät-Hämeessä ja Keski-Suomessa.",
    "En tarvitse henkilötietojasi. Ihmisen yhteystiedot saat painikkeesta Ota yhteyttä ihmiseen. Mitä haluat tietää?",
  ],
  contactsLead: "Näistä saat ihmisen apua:",
  contacts: [
    { name: "Hätänumero", phone: "112" },
    { name: "Päivystysapu, kun asia on kiireellinen", phone: "116117" },
    { name: "Päijät-Hämeen hyvinvointialue", web: "paijatha.fi" },
    { name: "Keski-Suomen hyvinvointialue", web: "hyvaks.fi" },
  ],
  offline: "En saa nyt yhteyttä palveluun. Kysymyksesi on tallessa kentässä.",
  humanOffline: "Automaatti ei nyt vastaa. Yhteystiedot ovat keskustelussa.",
  retry: "Yritä uudelleen",
  empty: "Kirjoita ensin kysymyksesi.",
  tooLong: (length, limit) => `Kysymys on liian pitkä: ${length} merkkiä. Kirjoita enintään ${limit} merkkiä.`,
  restart: "Aloita alusta",
  restarted: "Uusi keskustelu alkoi.",
  saveHtml: "Tallenna tiedostoksi (HTML)",
  saveText: "Tallenna tekstinä",
  print: "Tulosta",
  showPrivacy: "Miten tietojani käsitellään?",
  remove: "Poista keskusteluni",
  removeSure: "Poistetaanko koko keskustelu? Sitä ei saa takaisin.",
  removeYes: "Kyllä, poista",
  removeNo: "Älä poista",
  removed: "Keskustelu on poistettu.",
  removeFailed: "Poisto ei onnistunut. Yritä hetken päästä uudelleen.",
  sources: (count) => (count > 1 ? `Lähteet (${count}): ` : "Lähde: "),
  publisher: "Julkaisija",
  published: "Julkaistu",
  asOf: "Tieto on ajalta",
  status: "Tilanne",
  statuses: {
    voimassa: "voimassa",
    päättynyt: "päättynyt",
    suunnitelma: "suunnitelma, joka ei ehkä toteutunut",
    korvattu: "korvattu uudella",
  },
  passages: "Kohdat asiakirjassa",
  passage: "Kohta",
  evidenceWait: "Haen kohtaa asiakirjasta…",
  evidenceFailed: "Kohtaa ei voi nyt näyttää.",
  rate: "Auttoiko vastaus?",
  verdicts: { good: "Auttoi", bad: "Ei auttanut", wrong: "Virheellinen" },
  rateText: "Mikä meni vikaan? Voit jättää tyhjäksi. Älä kirjoita henkilötietoja.",
  rateSend: "Lähetä palaute",
  thanks: "Kiitos palautteesta!",
  rateFailed: "Palautetta ei saatu lähetettyä. Yritä hetken päästä uudelleen.",
  privacyTitle: "Näin käsittelemme tietojasi",
  privacy: [
    "- Kuka: tietojen käsittelystä vastaa organisaatio, joka tarjoaa tämän neuvojan. Yhteystiedot ovat tietosuojaselosteessa.",
    "- Miksi: viesteilläsi haetaan vastaus ja seurataan, onko neuvonta hyvää. Neuvonta on viranomaisen lakisääteinen tehtävä. Palautteella korjataan vastauksia.",
    "- Kuinka kauan: keskustelu, palaute ja kysymykset, joihin ei löytynyt vastausta, tallennetaan määräajaksi. Aika on tietosuojaselosteessa. Henkilötiedot peitetään ohjelmalla ennen tallennusta. Voit poistaa keskustelun valikosta.",
    "- Kenelle: tietoja ei anneta muille eikä siirretä EU:n ulkopuolelle.",
    "- Oikeutesi: voit pyytää tietosi nähtäväksi, korjattavaksi tai poistettavaksi. Voit valittaa tietosuojavaltuutetulle: tietosuoja.fi.",
  ],
  links: { "/tietosuoja": "Tietosuojaseloste", "/saavutettavuus": "Saavutettavuus", "/tietoa": "Tietoa palvelusta" },
  newTab: " (uusi välilehti)",
  saved: "Keskustelu Sote-oppaan kanssa",
  savedAt: "Tallennettu",
  notice: "Sote-opas on automaatti. Se ei tee päätöksiä eikä korvaa ammattilaisen neuvoja. Tarkista tärkeät asiat lähteestä.",
  at: "klo",
};

const BASE = new URL(document.currentScript.src).origin;
const STORE = "sote-opas";
const TIMEOUT = 20000;
const LIMIT = 1000; // characters, until the server has told its own
// Addresses with or without http(s), e-mail; phone numbers only where the turn is about getting help.
const LINK = /https?:\/\/[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\wåäö])(?:[a-z\d-]+\.)+fi\b(?:\/[^\s<>"]*)?/gi;
const PHONE = /\+358[\d ]{6,12}\d|\b0\d{1,3}[ -]?\d{3,4}(?:[ -]?\d{2,4})?\b|\b116 ?117\b|\b112\b/g;
const ICONS = {
  chat: "M4 4h16v12H9l-5 4V4zm4 5h8M8 12h5",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6L6 18",
};

class Refusal extends Error {} // the server's own calm sentence, in Finnish

function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function icon(name) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": true })) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const button = (content, onclick, props = {}) => make("button", { type: "button", onclick, ...props }, content);
const newTab = () => make("span", { class: "unseen" }, TEXTS.newTab);
const outward = (href, text) => make("a", { href, target: "_blank", rel: "noopener noreferrer" }, text, newTab());

function address(found) {
  if (/^https?:/i.test(found)) return found;
  return found.includes("@") ? `mailto:${found}` : `https://${found}`;
}

// Text with its addresses (and phone numbers) as links.
function linked(text, phones) {
  const parts = [];
  let rest = 0;
  const pattern = phones ? new RegExp(`${LINK.source}|${PHONE.source}`, "gi") : LINK;
  for (const match of text.matchAll(pattern)) {
    const found = match[0].replace(/[.,;:!?)\]]+$/, "");
    const phone = /^[+\d][\d -]*$/.test(found);
    parts.push(text.slice(rest, match.index));
    const called = () => make("a", { href: `tel:${found.replace(/[ -]/g, "")}` }, found);
    parts.push(phone ? called() : outward(address(found), found));
    rest = match.index + found.length;
  }
  return [...parts, text.slice(rest)];
}

// Paragraphs and lists: lines that begin with "- " are a list.
function written(text, phones = false) {
  const nodes = [];
  let list = null;
  for (const line of text.split("\n").filter((one) => one.trim())) {
    if (line.startsWith("- ")) {
      if (!list) nodes.push((list = make("ul")));
      list.append(make("li", {}, ...linked(line.slice(2), phones)));
    } else {
      list = null;
      nodes.push(make("p", {}, ...linked(line, phones)));
    }
  }
  return nodes;
}

// By hand: the first use of the browser's own formatting is slow.
const clock = (time, at = new Date(time)) => `${at.getHours()}.${String(at.getMinutes()).padStart(2, "0")}`;
const day = (time, at = new Date(time)) => `${at.getDate()}.${at.getMonth() + 1}.${at.getFullYear()}`;
const hex = (byte) => byte.toString(16).padStart(2, "0");
const anyId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("");
const fresh = () => ({ sender: anyId(), open: false, greeting: null, turns: [] });

function restored() {
  try {
    return { ...fresh(), ...JSON.parse(sessionStorage.getItem(STORE)) };
  } catch {
    return fresh();
  }
}

function keep(state) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(state));
  } catch {} // the browser keeps nothing for this page: the chat works, without surviving a reload
}

async function call(method, path, body) {
  const response = await fetch(BASE + path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const data = response.status === 204 ? null : await response.json();
  if (response.ok) return data;
  throw response.status < 500 && data.error ? new Refusal(data.error) : new Error(response.status);
}

async function styles() {
  const texts = await Promise.allSettled(["tokens", "widget"].map(async (name) => {
    const response = await fetch(`${BASE}/static/${name}.css`, { signal: AbortSignal.timeout(TIMEOUT) });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(response.ok ? await response.text() : "");
    return sheet;
  }));
  return texts.flatMap((one) => one.value || []);
}

const known = (reply) => reply?.sources || [];

// The last text of a turn with sources: "Lähde: …" lines, which the sources replace, and how things stand now.
function parted(turn) {
  const last = turn.texts[turn.texts.length - 1] || "";
  if (!known(turn.reply).length || !last.startsWith("Lähde")) return { texts: turn.texts, standing: "" };
  const standing = last.split("\n").filter((line) => !line.startsWith("Lähde")).join("\n");
  return { texts: turn.texts.slice(0, -1), standing };
}

function sourceFacts(source, reply) {
  return [
    [TEXTS.publisher, source.publisher],
    [TEXTS.published, source.published],
    [TEXTS.asOf, reply.as_of && day(`${reply.as_of}T12:00`)],
    [TEXTS.status, reply.status && TEXTS.statuses[reply.status]],
    [TEXTS.passages, source.passages && source.passages.join(", ")],
  ].filter(([, value]) => value);
}

// What is saved: [tag, text] for each part of the conversation.
function transcript(turns, contacts) {
  const at = (time) => `${day(time)} ${TEXTS.at} ${clock(time)}`;
  const parts = [["h1", TEXTS.saved], ["p", `${TEXTS.savedAt} ${at(Date.now())}`], ["p", TEXTS.notice]];
  for (const turn of turns) {
    parts.push(["h2", `${turn.mine ? TEXTS.me : TEXTS.bot}, ${at(turn.time)}`]);
    const { texts, standing } = parted(turn);
    parts.push(...[...texts, standing].filter(Boolean).map((text) => ["", text]));
    for (const source of known(turn.reply)) {
      const facts = sourceFacts(source, turn.reply).map(([name, value]) => `${name}: ${value}`);
      parts.push(["p", `${TEXTS.sources(1)}${[source.title, ...facts].join(". ")}.`]);
    }
  }
  return [...parts, ["h2", contacts[0]], ["", contacts[1]]];
}

function transcriptPage(parts) {
  const page = document.implementation.createHTMLDocument(TEXTS.saved);
  page.documentElement.lang = "fi";
  page.head.prepend(make("meta", { charset: "utf-8" }));
  page.head.append(make("meta", { name: "viewport", content: "width=device-width" }));
  const main = make("main");
  for (const [tag, text] of parts) main.append(...(tag ? [make(tag, {}, text)] : written(text)));
  page.body.append(main);
  return page;
}

// The look of what is saved and printed.
const LETTER = `body { font: 1.06rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 0.25rem; break-after: avoid; } p, ul { margin: 0.25rem 0; } .unseen { display: none; }`;

function download(text, type, ending) {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  make("a", { href, download: `sote-opas-${new Date().toISOString().slice(0, 10)}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), TIMEOUT);
}

class SoteOpas extends HTMLElement {
  async connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    this.page = this.getAttribute("mode") === "page";
    this.state = restored();
    root.adoptedStyleSheets = await styles();
    this.launcher = button(icon("chat"), () => this.open(), { class: "launcher", lang: "fi", "aria-expanded": false });
    this.launcher.append(TEXTS.launcher);
    this.place = this.page ? root : make("section", { "aria-label": TEXTS.name }, this.launcher);
    if (!this.page) root.append(this.place);
    if (this.page || this.state.open) this.show(true); // back as before a reload; the focus is left alone
  }

  // The chat itself, made when it is first shown.
  build() {
    this.log = make("div", { class: "log", role: "log", "aria-label": TEXTS.log, tabIndex: 0 });
    this.status = make("p", { class: "status", role: "status" });
    this.alert = make("div", { class: "alert", role: "alert" });
    this.again = button(TEXTS.retry, () => this.submit(), { class: "again", hidden: true });
    this.privacy = make("details", { class: "more" }, make("summary", {}, TEXTS.privacyTitle),
      ...written(TEXTS.privacy.join("\n")), make("p", {}, outward(`${BASE}/tietosuoja`, TEXTS.links["/tietosuoja"])));
    this.input = make("textarea", { id: "question", rows: 1, "aria-describedby": "hint", autocomplete: "off" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    });
    this.chat = make("div", { class: "chat", lang: "fi", "aria-labelledby": "name" },
      this.head(), this.log, make("div", { class: "foot" }, this.alert, this.again, this.form()));
    this.chat.setAttribute("role", this.page ? "region" : "dialog");
    this.chat.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (!this.menu.hidden) this.showMenu(false);
      else if (!this.page) this.close();
    });
    this.state.turns.forEach((turn) => this.add(turn));
    this.place.append(this.chat);
  }

  head() {
    this.toggle = button(icon("menu"), () => this.showMenu(this.menu.hidden),
      { class: "icon", "aria-label": TEXTS.menu, "aria-expanded": false, "aria-controls": "menu" });
    const close = button(icon("close"), () => this.close(), { class: "icon", "aria-label": TEXTS.close });
    this.sure = make("div", { class: "sure", hidden: true }, make("p", { id: "sure" }, TEXTS.removeSure),
      button(TEXTS.removeYes, () => this.remove(), { class: "grave", "aria-describedby": "sure" }),
      button(TEXTS.removeNo, () => this.showMenu(false)));
    const acts = ["saveHtml", "saveText", "print", "showPrivacy", "restart"].map((act) =>
      button(TEXTS[act], () => { this.showMenu(false); this[act](); }));
    const links = Object.entries(TEXTS.links).map(([path, text]) => outward(BASE + path, text));
    const items = [...acts, button(TEXTS.remove, () => this.ask(true)), ...links].map((item) => make("li", {}, item));
    this.menu = make("div", { id: "menu", class: "menu", hidden: true }, make("ul", {}, ...items), this.sure);
    const badge = make("span", { class: "badge" }, TEXTS.badge);
    const title = make(this.page ? "h1" : "h2", { id: "name" }, TEXTS.name, " ", badge);
    return make("div", { class: "head" }, title, this.toggle, ...(this.page ? [] : [close]), this.menu);
  }

  form() {
    return make("form", { onsubmit: (event) => this.submit(event) },
      make("div", { class: "row" }, make("label", { for: "question" }, TEXTS.label), this.status),
      make("div", { class: "row" }, this.input, make("button", { class: "send" }, TEXTS.send)),
      make("div", { class: "row help" }, make("p", { id: "hint" }, ...linked(TEXTS.hint, true)), button(TEXTS.human, () => this.human())));
  }

  submit(event) {
    event?.preventDefault();
    this.input.focus();
    this.send(this.input.value);
  }

  // Showing and hiding

  open() {
    this.show(true);
    this.input.focus();
  }

  close() {
    this.show(false);
    this.launcher.focus();
  }

  show(open) {
    if (!this.chat) this.build();
    this.chat.hidden = !open;
    this.launcher.hidden = open;
    this.launcher.setAttribute("aria-expanded", open);
    this.state.open = open;
    keep(this.state);
    if (open) this.greet();
  }

  showMenu(open) {
    if (!open && this.menu.contains(this.shadowRoot.activeElement)) this.toggle.focus();
    this.menu.hidden = !open;
    this.ask(false);
    this.toggle.setAttribute("aria-expanded", open);
    if (open) this.menu.querySelector("button").focus();
  }

  // Whether the conversation shall really be deleted: in place of the menu's list.
  ask(sure) {
    this.menu.firstChild.hidden = sure;
    this.sure.hidden = !sure;
    if (sure) this.sure.lastChild.focus();
  }

  showPrivacy() {
    this.privacy.open = true;
    this.privacy.firstChild.focus();
    this.bringUp(this.privacy);
  }

  say(text) {
    this.status.textContent = text;
  }

  contacts() {
    const told = ({ name, phone, web }) => `- ${name}: ${[phone, web].filter(Boolean).join(", ")}`;
    return [TEXTS.contactsLead, this.told.contacts.map(told).join("\n")];
  }

  // `again`: the question was not sent; tells where else to get help and offers to try once more.
  warn(text, again = false) {
    this.alert.className = "alert";
    this.alert.replaceChildren(...written(again ? [text, ...this.contacts()].join("\n") : text, true));
    this.again.hidden = !again;
  }

  // Scrolls the conversation, never the page around it, so that the node's beginning is in view.
  bringUp(node) {
    const whole = this.page ? document.scrollingElement : this.chat;
    const box = this.log.scrollHeight > this.log.clientHeight ? this.log : whole;
    const top = box === document.scrollingElement ? 0 : box.getBoundingClientRect().top;
    box.scrollBy({ top: node.getBoundingClientRect().top - top - 8, behavior: "instant" });
  }

  // The conversation

  async greet() {
    const { state } = this;
    if (!state.greeting && !this.greeted) {
      state.greeting = await call("GET", "/api/greeting").catch(() => null);
      keep(state);
    }
    if (state !== this.state) return; // started over meanwhile
    if (!this.greeted) {
      this.log.prepend(this.node(this.greeting));
      this.log.firstChild.append(this.privacy);
    }
    if (state.turns.length) this.bringUp(this.log.lastChild);
  }

  get greeted() {
    return this.log.contains(this.privacy);
  }

  get greeting() {
    const [first] = this.state.turns;
    return { time: first ? first.time : Date.now(), texts: this.told.texts };
  }

  get told() {
    return this.state.greeting || { texts: TEXTS.greeting, contacts: TEXTS.contacts, limit: LIMIT, documents: false };
  }

  add(turn) {
    this.log.querySelector(".chips")?.remove();
    const node = this.node(turn);
    this.log.append(node);
    return node;
  }

  node(turn) {
    const urgent = turn.reply?.kind === "emergency";
    const time = make("time", { dateTime: new Date(turn.time).toISOString() }, clock(turn.time));
    const node = make("div", { class: `turn ${turn.mine ? "mine" : "bot"}${urgent ? " urgent" : ""}` },
      make("p", { class: "who" }, turn.mine ? TEXTS.me : TEXTS.bot, " ", time));
    if (turn.mine) node.append(...turn.texts.map((text) => make("p", {}, text)));
    else this.fill(node, turn, urgent);
    return node;
  }

  fill(node, turn, urgent) {
    const phones = urgent || turn.help || turn.reply?.kind === "handoff";
    const { texts, standing } = parted(turn);
    if (urgent) node.append(make("p", { class: "danger" }, TEXTS.danger));
    node.append(...texts.flatMap((text) => written(text, phones)));
    for (const one of written(standing)) node.append(make("div", { class: "standing" }, one));
    if (known(turn.reply).length) node.append(this.sources(turn.reply));
    if (turn.reply?.facts?.length) node.append(this.rating(turn));
    if (turn.suggestions?.length) node.append(this.chips(turn));
  }

  record(turn) {
    const whole = { time: Date.now(), ...turn };
    this.state.turns.push(whole);
    keep(this.state);
    return this.add(whole);
  }

  chips(turn) {
    const chip = (text) => make("li", {}, button(text, () => { this.input.focus(); this.send(text); }));
    return make("div", { class: "chips" }, make("p", {}, turn.lead || ""), make("ul", {}, ...turn.suggestions.map(chip)));
  }

  // Sends the text. What cannot be sent stays in the input.
  async send(text) {
    const { limit } = this.told;
    if (this.busy) return;
    if (!text.trim()) return this.say(TEXTS.empty);
    if (text.length > limit) return this.warn(TEXTS.tooLong(text.length, limit));
    const { state } = this;
    const mine = this.record({ mine: true, texts: [text] });
    this.bringUp(mine);
    if (this.input.value === text) this.input.value = "";
    const failure = await this.answer(text, mine);
    if (!failure || state !== this.state) return;
    state.turns.pop();
    keep(state);
    mine.remove();
    this.input.value = text + (this.input.value && `\n${this.input.value}`);
    this.warn(failure instanceof Refusal ? failure.message : TEXTS.offline, true);
  }

  // Shows the answer to the text; the error where there was none.
  async answer(text, mine) {
    const { state } = this;
    this.busy = true;
    this.warn("");
    this.say(TEXTS.waiting);
    this.status.classList.add("busy");
    try {
      const data = await call("POST", "/api/message", { sender: state.sender, message: text });
      if (state === this.state) this.showAnswer(data, mine);
      return null;
    } catch (error) {
      return error;
    } finally {
      this.busy = false;
      this.say("");
      this.status.classList.remove("busy");
    }
  }

  showAnswer(data, mine) {
    const node = this.record(data);
    if (data.reply?.kind === "emergency") {
      this.alert.className = "unseen";
      this.alert.textContent = data.texts[0];
    }
    const between = node.getBoundingClientRect().top - mine.getBoundingClientRect().top;
    this.bringUp(between < Math.min(this.log.clientHeight, innerHeight) / 2 ? mine : node);
  }

  // Contacts at once, from here; then what the assistant says, where it can be reached.
  async human() {
    if (this.busy) return;
    const mine = this.record({ mine: true, texts: [TEXTS.wantsHuman] });
    const node = this.record({ help: true, texts: this.contacts() });
    this.bringUp(mine);
    if (await this.answer(TEXTS.wantsHuman, node)) this.say(TEXTS.humanOffline);
  }

  // Sources

  sources(reply) {
    const titles = reply.sources.map((source) => source.title).join("; ");
    const details = make("details", { class: "more" }, make("summary", {}, TEXTS.sources(reply.sources.length) + titles));
    for (const source of reply.sources) {
      const facts = sourceFacts(source, reply).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
      details.append(make("p", { class: "title" }, source.title), make("dl", {}, ...facts));
      if (this.told.documents && source.passages) this.evidence(details, source);
    }
    return details;
  }

  // The paragraphs are fetched when the sources are first opened.
  evidence(details, source) {
    const place = make("div", { class: "evidence" }, make("p", {}, TEXTS.evidenceWait));
    details.append(place);
    details.addEventListener("toggle", async () => {
      const query = new URLSearchParams({ source: source.id, passages: source.passages.slice(0, 20).join(",") });
      try {
        const { passages } = await call("GET", `/api/evidence?${query}`);
        place.replaceChildren(...passages.map(({ number, text }) =>
          make("figure", {}, make("figcaption", {}, `${TEXTS.passage} ${number}`), make("blockquote", {}, text))));
      } catch {
        place.replaceChildren(make("p", {}, TEXTS.evidenceFailed));
      }
    }, { once: true });
  }

  // Feedback

  rating(turn) {
    const box = make("div", { class: "rating", role: "group", "aria-label": TEXTS.rate }, make("p", {}, TEXTS.rate));
    for (const [verdict, text] of Object.entries(TEXTS.verdicts)) {
      const press = () => turn.rated || this.rate(turn, verdict, box);
      box.append(button(text, press, { "aria-pressed": turn.rated === verdict, "aria-disabled": !!turn.rated }));
    }
    return box;
  }

  rate(turn, verdict, box) {
    box.querySelector("form")?.remove();
    const buttons = [...box.querySelectorAll("button")];
    const pressed = buttons[Object.keys(TEXTS.verdicts).indexOf(verdict)];
    buttons.forEach((one) => one.setAttribute("aria-pressed", one === pressed));
    const done = async (text) => {
      if (turn.rated) return;
      turn.rated = verdict;
      const body = { sender: this.state.sender, facts: turn.reply.facts, verdict, ...(text && { text }) };
      try {
        await call("POST", "/api/feedback", body);
      } catch (error) {
        turn.rated = "";
        this.warn(error instanceof Refusal ? error.message : TEXTS.rateFailed);
        return;
      }
      keep(this.state);
      buttons.forEach((one) => one.setAttribute("aria-disabled", true));
      if (box.contains(this.shadowRoot.activeElement)) pressed.focus();
      box.querySelector("form")?.remove();
      this.say(TEXTS.thanks);
    };
    if (verdict === "good") done();
    else box.append(this.reason(done));
  }

  reason(done) {
    const field = make("textarea", { rows: 2, maxLength: 500 });
    const onsubmit = (event) => {
      event.preventDefault();
      done(field.value.trim());
    };
    return make("form", { onsubmit }, make("label", {}, TEXTS.rateText, field), make("button", {}, TEXTS.rateSend));
  }

  // The menu's acts

  restart() {
    call("DELETE", "/api/conversation", { sender: this.state.sender }).catch(() => {});
    this.clear(TEXTS.restarted);
  }

  async remove() {
    this.showMenu(false);
    try {
      await call("DELETE", "/api/conversation", { sender: this.state.sender });
      this.clear(TEXTS.removed);
    } catch {
      this.warn(TEXTS.removeFailed);
    }
  }

  clear(text) {
    const { open, greeting } = this.state;
    try {
      sessionStorage.removeItem(STORE);
    } catch {}
    this.state = { ...fresh(), open, greeting };
    this.input.value = "";
    this.input.focus();
    this.warn("");
    this.log.replaceChildren();
    this.greet();
    this.say(text);
  }

  parts() {
    return transcript([this.greeting, ...this.state.turns], this.contacts());
  }

  saveHtml() {
    const page = transcriptPage(this.parts());
    // As text: for an element the policy against inline styles would hold, even in this page of nobody's.
    const html = page.documentElement.outerHTML.replace("</head>", `<style>${LETTER}</style></head>`);
    download(`<!doctype html>\n${html}`, "text/html", "html");
  }

  saveText() {
    const lines = this.parts().map(([tag, text]) => (tag === "h2" ? `\n${text}` : text));
    download(`${lines.join("\n")}\n`, "text/plain", "txt");
  }

  // Prints what would be saved, from a frame of its own: the page around the dialog stays out.
  print() {
    const frame = make("iframe", { class: "unseen", title: TEXTS.print });
    this.shadowRoot.append(frame);
    const { contentWindow: inner, contentDocument: paper } = frame;
    const sheet = new inner.CSSStyleSheet();
    sheet.replaceSync(LETTER);
    paper.adoptedStyleSheets = [sheet];
    paper.title = TEXTS.saved;
    paper.documentElement.lang = "fi";
    paper.body.replaceChildren(...transcriptPage(this.parts()).body.childNodes);
    inner.addEventListener("afterprint", () => frame.remove());
    inner.print();
  }
}

if (!customElements.get("sote-opas")) {
  customElements.define("sote-opas", SoteOpas);
  const place = () => document.querySelector("sote-opas") || document.body.append(make("sote-opas"));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
}
}
