// Keys: all of the page without a mouse. Single letters can be switched off (WCAG 2.1.4).

import { chooseNumber, current, turn } from "./letter.js";
import { part, search, seen } from "./list.js";

const on = part("keys-on");
on.checked = localStorage.getItem("mail-keys") !== "off";
on.addEventListener("change", () => localStorage.setItem("mail-keys", on.checked ? "on" : "off"));
part("keys-open").addEventListener("click", () => part("keys").showModal());

const actions = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => part("search").focus(),
  w: () => turn("width"),
  d: () => turn("scheme"),
  "?": () => part("keys").showModal(),
};

/** Opens the letter below or above the open one; without one, the first. */
function step(by) {
  const lines = seen();
  const at = lines.findIndex((line) => line.hash === `#${current()}`);
  const next = lines[at < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, at + by))];
  if (next) location.hash = next.hash;
}

function walk(by) {
  const lines = seen();
  const at = lines.indexOf(document.activeElement);
  const next = at < 0 ? lines[0] : lines[at + by];
  if (next) next.focus();
  else if (at === 0 && by < 0) part("search").focus();
}

addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey || part("keys").open) return;
  const typing = press.target.matches("input, textarea");
  if (press.key === "Escape") {
    if (typing) {
      part("search").value = "";
      part("search").blur();
      search();
    } else if (current()) location.hash = "";
    return;
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[press.key];
  const inList = press.target === document.body || press.target.closest("#messages, .bar");
  if (by && inList) {
    press.preventDefault();
    walk(by);
    return;
  }
  if (typing || !on.checked) return;
  if (/^[1-5]$/.test(press.key)) chooseNumber(Number(press.key));
  else if (Object.hasOwn(actions, press.key)) {
    press.preventDefault();
    actions[press.key]();
  }
});
