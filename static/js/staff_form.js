// Warn of leaving with unsaved words, and of what is too large; save drafts by themselves.
// Without this script the server says the same afterwards.
"use strict";

const LARGEST_TEXT = 2 * 1024 * 1024;
const LARGEST_FILE = 5 * 1024 * 1024;
const SAVE_EVERY = 30 * 1000;

for (const mark of document.querySelectorAll("input[data-staff-form]")) watch(mark.form, mark);

function watch(form, mark) {
  let opened = typed(form);
  let isSending = false;
  addEventListener("beforeunload", (event) => {
    if (!isSending && typed(form) !== opened) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    // A preview goes to a tab of its own.
    if (event.submitter?.formTarget === "_blank") return;
    if (isTooLarge(form)) {
      event.preventDefault();
      say(form, mark.dataset.tooLarge, "alert");
      return;
    }
    isSending = true;
  });
  const auto = form.querySelector("input[data-autosave]");
  if (auto) {
    setInterval(async () => {
      const sent = typed(form);
      if (sent === opened || isSending || isTooLarge(form)) return;
      const saved = await save(form, auto).catch(() => false);
      if (saved) opened = sent;
      const time = new Date().toLocaleTimeString("de", { hour: "2-digit", minute: "2-digit" });
      say(form, saved ? `${auto.dataset.saved} ${time}` : auto.dataset.notSaved, "status");
    }, SAVE_EVERY);
  }
}

// What somebody can have changed: neither tokens nor what the server wrote.
function typed(form) {
  const values = [...new FormData(form)].filter(
    ([name]) => name !== "csrfmiddlewaretoken" && name !== "seen" && !name.endsWith("-seen"),
  );
  return JSON.stringify(values.map(([name, one]) => [name, one.name ?? one]));
}

function isTooLarge(form) {
  let text = 0;
  for (const [, value] of new FormData(form)) {
    if (typeof value === "string") text += new Blob([value]).size;
    else if (value.size > LARGEST_FILE) return true;
  }
  return text > LARGEST_TEXT;
}

// Save as the button would, and take over what the answer says is stored now.
async function save(form, auto) {
  const data = new FormData(form);
  data.set("_continue", "1");
  data.set(auto.name, "1");
  const answer = await fetch(location.href, { method: "POST", body: data });
  if (!answer.ok || !answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const seen = page.querySelector('input[name="seen"]');
  if (!seen) return false;
  form.elements.seen.value = seen.value;
  return true;
}

function say(form, words, role) {
  let place = form.querySelector(".form-says");
  if (!place) {
    place = document.createElement("p");
    place.className = "form-says";
    const buttons = form.querySelector(".submit-row, .buttons, button.main-button:not([name])");
    (buttons ?? form.lastElementChild).before(place);
  }
  place.setAttribute("role", role);
  place.textContent = words;
}
