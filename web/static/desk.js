// The desk works without this file. It adds keys, copying and calm words where the connection is lost.
"use strict";
(() => {
  const KEYS = "neuvoja-nappaimet";
  const SHOWN = 6000; // milliseconds that a message stays
  const TYPING = "input, textarea, select, [contenteditable]";
  const one = (selector) => document.querySelector(selector);
  const links = () => [...document.querySelectorAll(".hit-link")].filter((link) => link.checkVisibility());
  let silence;
  let on = read() !== "pois";

  document.documentElement.classList.add("js");

  function read() {
    try { return localStorage.getItem(KEYS); } catch { return null; }
  }

  function keep(value) {
    try { localStorage.setItem(KEYS, value); } catch { /* storage is off: the choice lasts for this page */ }
  }

  function say(name) {
    const status = one("#ilmoitus");
    if (!status) return;
    status.textContent = status.dataset[name];
    clearTimeout(silence);
    silence = setTimeout(() => { status.textContent = ""; }, SHOWN);
  }

  async function copy(card) {
    const area = card.querySelector(".copied");
    try {
      await navigator.clipboard.writeText(area.value);
      say("copied");
    } catch {
      say("notCopied");
    }
  }

  function move(event, step) {
    const all = links();
    const place = all.indexOf(document.activeElement);
    const inSearch = document.activeElement === one("#q");
    if (place < 0 && !(inSearch && step > 0)) return;
    event.preventDefault();
    const next = place + step;
    if (next < 0) one("#q")?.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "ArrowDown") return move(event, 1);
    if (event.key === "ArrowUp") return move(event, -1);
    if (!on || event.target.closest?.(TYPING)) return;
    if (event.key === "/" && one("#q")) {
      event.preventDefault();
      one("#q").focus();
      one("#q").select();
    } else if (event.key === "c") {
      const card = document.activeElement.closest?.(".hit") || (document.querySelectorAll(".hit").length === 1 && one(".hit"));
      if (card) copy(card);
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.matches(".copy-button")) copy(button.closest(".hit"));
  });

  // What is searched for is what one wants to ask next, unless something is written there already.
  let wrote = false;
  document.addEventListener("input", (event) => {
    if (event.target.id === "kysymys") wrote = true;
    if (event.target.id === "q" && !wrote && one("#kysymys")) one("#kysymys").value = event.target.value;
  });

  for (const lost of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(lost, () => say("lost"));

  const toggle = one("#pikanappaimet");
  if (toggle) {
    toggle.checked = on;
    toggle.addEventListener("change", () => {
      on = toggle.checked;
      keep(on ? "on" : "pois");
    });
  }
})();
