// The chat page: sends a message, shows the turn. Text goes in through textContent only.
"use strict";

const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("message");
const statusLine = document.getElementById("status");
const alertLine = document.getElementById("alert");
const sender = crypto.randomUUID ? crypto.randomUUID() : Array.from(
  crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let waiting = false;

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function turn(who, className) {
  const node = element("div", "", `turn ${className}`);
  node.append(element("p", who, "who"));
  log.append(node);
  return node;
}

// A text of the assistant: lines that begin with "- " are a list.
function addText(node, text, className) {
  let list = null;
  for (const line of text.split("\n")) {
    if (line.startsWith("- ")) {
      if (!list) node.append(list = element("ul"));
      list.append(element("li", line.slice(2)));
    } else if (line.trim()) {
      list = null;
      node.append(element("p", line, className));
    }
  }
}

function addChoices(node, lead, questions) {
  if (!questions.length) return;
  node.append(element("p", lead, "lead"));
  const list = element("ul", "", "choices");
  for (const question of questions) {
    const item = element("li");
    const button = element("button", question);
    button.type = "button";
    button.addEventListener("click", () => { input.focus(); send(question); });
    item.append(button);
    list.append(item);
  }
  node.append(list);
}

function show(data) {
  const node = turn("Sote-opas", "bot");
  const answered = data.reply && data.reply.sources.length > 0;
  data.texts.forEach((text, index) => {
    const cited = answered && data.texts.length > 1 && index === data.texts.length - 1;
    addText(node, text, cited ? "source" : "");
  });
  addChoices(node, data.lead, data.suggestions);
  node.scrollIntoView({ block: "start" });
}

async function send(text) {
  if (waiting || !text.trim()) return;
  waiting = true;
  alertLine.textContent = "";
  statusLine.textContent = "Haen vastausta…";
  const mine = turn("Sinä", "me");
  addText(mine, text);
  mine.scrollIntoView({ block: "end" });
  try {
    const response = await fetch("/api/message", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message: text }),
    });
    const data = await response.json();
    if (!response.ok) throw new Error(data.error);
    if (input.value === text) input.value = "";
    show(data);
  } catch (error) {
    mine.remove();
    input.value = text;
    alertLine.textContent = error instanceof TypeError || !error.message ? form.dataset.unavailable : error.message;
  } finally {
    waiting = false;
    statusLine.textContent = "";
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); send(input.value); });
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(input.value); }
});
document.getElementById("human").addEventListener("click", () => send("Haluan puhua ihmiselle"));
