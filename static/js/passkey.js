// Passkeys: the browser asks the device, the form carries the answer. Without this script the
// password and a code do.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.querySelector("button").addEventListener("click", () => ask(form));
  // Enter in a field would send the form without an answer of the device.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}
if (window.PublicKeyCredential) {
  for (const hint of document.querySelectorAll("[data-without-script]")) hint.hidden = true;
}

async function ask(form) {
  const place = form.querySelector('[role="status"]');
  place.textContent = "";
  try {
    const options = await optionsOf(form);
    const made =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create(decoded(options))
        : await navigator.credentials.get(decoded(options));
    form.elements.credential.value = JSON.stringify(encoded(made));
    form.submit();
  } catch {
    // Refused, timed out, or no device: nothing was sent.
    place.textContent = form.dataset.failed;
  }
}

async function optionsOf(form) {
  const place = document.getElementById(form.dataset.options || "");
  const data = place
    ? JSON.parse(place.textContent)
    : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
  return data.creation_options || data.request_options;
}

// The server writes bytes as base64url; the browser wants and gives buffers.
function decoded({ publicKey }) {
  const key = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: toBytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((one) => ({ ...one, id: toBytes(one.id) }));
  }
  return { publicKey: key };
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
