// Copy the text of a field. Without this script it can be selected and copied by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const place = button.parentElement.querySelector('[role="status"]');
  place.textContent = "";
  const done = await copied(field, "copyHtml" in button.dataset);
  // A moment later, so that the same words are announced a second time too.
  setTimeout(() => {
    place.textContent = done ? button.dataset.copied : button.dataset.notCopied;
  }, 50);
});

async function copied(field, isHtml) {
  try {
    if (isHtml && window.ClipboardItem) {
      // A mail program takes the formatted text, a source view the other one.
      const blob = (type) => new Blob([field.value], { type });
      const both = { "text/plain": blob("text/plain"), "text/html": blob("text/html") };
      await navigator.clipboard.write([new ClipboardItem(both)]);
    } else {
      await navigator.clipboard.writeText(field.value);
    }
    return true;
  } catch {
    // No permission, or an address without https: select the text for the old way.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
