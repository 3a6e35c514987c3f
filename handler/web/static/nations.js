// Of a list of bodies, shows those of the nation that is chosen. Without this script a button does the same.
for (const list of document.querySelectorAll("[data-by-nation]")) {
  const radios = [...document.querySelectorAll(`input[name="${list.dataset.byNation}"]`)];
  const show = () => {
    const nation = radios.find((radio) => radio.checked)?.value ?? "unknown";
    for (const item of list.querySelectorAll("[data-nations]")) {
      item.hidden = nation !== "unknown" && !item.dataset.nations.split(" ").includes(nation);
      if (item.hidden) item.querySelector("input").checked = false;
    }
  };
  for (const radio of radios) radio.addEventListener("change", show);
  show();
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
}
