// A passkey is made or used when the form is sent; its answer travels in the form. Without one, nothing is sent.
// At sign-in it starts by itself; the button is for a second try, and for browsers that want a press first.
"use strict";

const form = document.getElementById("passkey");
const problem = document.getElementById("passkey-problem");

form.addEventListener("submit", (event) => {
  if (form.elements.credential.value) return;
  event.preventDefault();
  start();
});

function start() {
  problem.textContent = "";
  ask(JSON.parse(form.dataset.options)).then(
    (credential) => {
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    },
    () => {
      problem.textContent = "No passkey was used. Press the button to try again.";
    },
  );
}

function ask(options) {
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

if ("atOnce" in form.dataset && window.PublicKeyCredential?.parseRequestOptionsFromJSON) start();
