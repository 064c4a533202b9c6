// Copy the text of a field. Without this script it can be selected and copied by hand.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
for (const hint of document.querySelectorAll("[data-without-script]")) hint.hidden = true;

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
  if (isHtml && copiedFormatted(field)) return true;
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // No permission, or an address without https: select the text for the old way.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

// A mail program takes the formatted text, a source view the other one. This is the old way on
// purpose: the new one drops the styles, because the policy of this page forbids them here.
function copiedFormatted(field) {
  let put = false;
  const fill = (event) => {
    for (const type of ["text/plain", "text/html"]) event.clipboardData.setData(type, field.value);
    event.preventDefault();
    put = true;
  };
  document.addEventListener("copy", fill);
  field.focus();
  field.select();
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done && put;
}
