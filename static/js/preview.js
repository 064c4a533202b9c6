// Show a preview below its field. Without this script the button opens it in a new tab.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-preview]");
  if (!button || !button.form) return;
  event.preventDefault();
  const place = button.parentElement.querySelector(".preview-place");
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", button.value]) {
    data.set(name, button.form.elements[name].value);
  }
  data.set(button.name, button.value);
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const preview = answer.ok && page.querySelector("[data-preview-result]");
    if (!preview) throw new Error(answer.statusText);
    place.replaceChildren(document.importNode(preview, true));
  } catch {
    // Signed out or offline: the new tab says what is wrong, the text stays here.
    button.removeAttribute("data-preview");
    button.click();
  } finally {
    button.removeAttribute("aria-busy");
  }
});
