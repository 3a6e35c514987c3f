// Tells how many bytes are left in a text box, as the box's own number of them says. The server counts again.
for (const box of document.querySelectorAll("textarea[data-most-bytes]")) {
  const most = Number(box.dataset.mostBytes);
  const line = document.getElementById(box.dataset.countedBy);
  if (!line) continue;
  const tell = () => {
    const left = most - new TextEncoder().encode(box.value).length;
    const parts = Math.max(1, Math.ceil((most - left) / 856));
    line.textContent = left < 0
      ? `${(-left).toLocaleString("en-GB")} bytes too many`
      : `${left.toLocaleString("en-GB")} bytes left; this takes ${parts} ${parts === 1 ? "place" : "places"} on the board`;
    line.classList.toggle("govuk-error-message", left < 0);
    line.classList.toggle("govuk-hint", left >= 0);
  };
  box.addEventListener("input", tell);
  tell();
}
