// Sends the form of a page that says it goes on by itself. Without scripts, its button does the same.
const form = document.querySelector("form[data-goes-on]");
if (form instanceof HTMLFormElement) setTimeout(() => form.requestSubmit(), 150);
