// One letter: who, its thread, its attachments, and its parts, as wide and as dark as one likes.

import { ago, element, letters, part } from "./list.js";

const tabs = ["html", "text", "headers", "source", "look"];
const first = ["Message-ID", "In-Reply-To", "List-Unsubscribe"];
const mostSource = 400_000; // characters
const narrow = matchMedia("(max-width: 820px)");
const tall = matchMedia("(min-height: 900px)");
// An iPhone shows a PDF's first page only, Android none: there the download is what there is.
const canLook = navigator.pdfViewerEnabled;
const sheet =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M12 11v6m-3-3 3 3 3-3"/></svg>';
const taste = {
  width: kept("width", ["desk", "phone"]),
  scheme: kept("scheme", [
    ...(matchMedia("(prefers-color-scheme: dark)").matches ? ["dark", "light"] : ["light", "dark"]),
  ]),
  headers: kept("headers", ["decoded", "raw"]),
};
let message = null;
let wanted = "html"; // the part that was chosen last: the next letter opens with it

function kept(name, choices) {
  const before = localStorage.getItem(`mail-${name}`);
  return choices.includes(before) ? before : choices[0];
}

/** Shows ``opened``, a message as the API gives it; null closes what was open. */
export function show(opened) {
  message = opened;
  document.body.classList.toggle("reading", Boolean(message));
  part("message").hidden = !message;
  part("unchosen").hidden = Boolean(message);
  if (!message) return;
  part("subject").textContent = message.subject || "(no subject)";
  part("from").textContent = named(message.from_name, message.from);
  part("to").textContent = named(message.to_name, message.to);
  part("when").textContent = new Date(message.received_at).toLocaleString();
  part("raw").href = `${where()}/raw`;
  part("part-text").textContent = message.text || "This message has no plain-text part.";
  part("tab-html").hidden = !message.html;
  part("part-source").textContent = "";
  frame("letter");
  frame("look");
  showThread();
  showFiles();
  showHeaders();
  choose(wanted);
  if (narrow.matches) part("subject").focus();
}

/** A new frame in its place: one that is led on would leave a step of its own in the history. */
function frame(id, source) {
  const made = part(id).cloneNode();
  if (source) made.src = source;
  else made.removeAttribute("src");
  part(id).replaceWith(made);
}

/** A letter of the open one's thread has come in. */
export function follow(summary) {
  if (!message || !summary.thread || message.letters[0].thread !== summary.thread) return;
  message.letters.push(summary);
  showThread();
}

const where = () => `/api/messages/${message.id}`;

function showThread() {
  const others = message.letters.length > 1;
  part("thread").hidden = !others;
  part("thread").open = others && !narrow.matches && tall.matches;
  part("thread-title").textContent = `${message.letters.length} letters in this thread`;
  part("thread-letters").replaceChildren(
    ...message.letters.map((letter) => {
      const item = element("li");
      const link = element("a");
      link.href = `#${letter.id}`;
      if (letter.id === message.id) link.setAttribute("aria-current", "true");
      link.append(
        element("span", "subject", letter.subject || "(no subject)"),
        element("span", "soft", `${letter.to_name || letter.to}, ${ago(letter.received_at)}`),
      );
      item.append(link);
      return item;
    }),
  );
}

function showFiles() {
  part("files").replaceChildren(
    ...message.attachments.map((file, index) => {
      const item = element("li");
      const link = element("a");
      link.href = `${where()}/attachments/${index}`;
      link.download = file.filename;
      link.innerHTML = sheet;
      link.append(file.filename, element("span", "soft small", size(file.size)));
      item.append(link);
      if (file.is_pdf && canLook) {
        const look = element("button", "look", "Look");
        look.type = "button";
        look.setAttribute("aria-label", `Look at ${file.filename}`);
        look.addEventListener("click", () => lookAt(index));
        item.append(look);
      }
      return item;
    }),
  );
  const pdf = message.attachments.findIndex((file) => file.is_pdf);
  part("tab-look").hidden = !canLook || pdf < 0;
}

function lookAt(index) {
  part("look").title = message.attachments[index].filename;
  frame("look", `${where()}/attachments/${index}/look#navpanes=0&view=FitH`);
  choose("look");
}

function showHeaders() {
  const all = message.headers.map(([name, value]) => [name, element("dd", "", value)]);
  part("all-headers").replaceChildren(...pairs(all));
  part("raw-headers").textContent = message.raw_headers;
  const important = first.map((name) => {
    const found = message.headers.find(([other]) => other.toLowerCase() === name.toLowerCase());
    const value = element("dd", found ? "" : "soft", found ? found[1] : "None");
    const before =
      found && name === "In-Reply-To"
        ? message.letters.find((letter) => letter.message_id && letter.message_id === found[1])
        : null;
    if (before) {
      const link = element("a", "link", before.subject || "(no subject)");
      link.href = `#${before.id}`;
      value.append(element("br"), link);
    }
    return [name, value];
  });
  part("first-headers").replaceChildren(...pairs(important));
}

function pairs(rows) {
  return rows.flatMap(([name, value]) => [element("dt", "", name), value]);
}

function named(name, address) {
  return name ? `${name} <${address}>` : address;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

const usable = () => tabs.filter((tab) => !part(`tab-${tab}`).hidden);

/** Opens a part; the plain text where the message has no such part. */
export function choose(tab) {
  if (!message) return;
  wanted = tab === "look" ? wanted : tab;
  const there = usable().includes(tab) ? tab : usable()[0];
  for (const name of tabs) {
    part(`part-${name}`).hidden = name !== there;
    part(`tab-${name}`).setAttribute("aria-selected", String(name === there));
    part(`tab-${name}`).tabIndex = name === there ? 0 : -1;
  }
  if (there === "source" && !part("part-source").textContent) showSource();
  if (there === "look" && !part("look").hasAttribute("src")) {
    lookAt(message.attachments.findIndex((file) => file.is_pdf));
  }
  dress();
}

/** The part with this number, counted from 1 as the tabs stand. */
export function chooseNumber(number) {
  const tab = usable()[number - 1];
  if (tab) choose(tab);
}

async function showSource() {
  const asked = message;
  const answer = await fetch(`${where()}/raw`);
  const source = answer.ok ? await answer.text() : "It is no longer there.";
  if (asked !== message) return;
  part("part-source").textContent =
    source.length > mostSource
      ? `${source.slice(0, mostSource)}\n\n… and more: download the .eml file for all of it.`
      : source;
}

/** Width, colours and headers as they are chosen. */
function dress() {
  for (const [name, value] of Object.entries(taste)) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.dataset[name] === value));
    }
  }
  if (!message) return;
  const html = !part("part-html").hidden;
  part("switches").hidden = !html;
  part("part-html").classList.toggle("phone", taste.width === "phone");
  part("letter").classList.toggle("dark", taste.scheme === "dark");
  part("no-dark").hidden = taste.scheme === "light" || message.has_dark_form;
  const source = `${where()}/html?scheme=${taste.scheme}`;
  if (html && part("letter").getAttribute("src") !== source) frame("letter", source);
  part("all-headers").hidden = taste.headers === "raw";
  part("raw-headers").hidden = taste.headers !== "raw";
}

function prefer(name, value) {
  taste[name] = value;
  localStorage.setItem(`mail-${name}`, value);
  dress();
}

/** The other width, the other colours. */
export function turn(name) {
  const others = { width: ["phone", "desk"], scheme: ["light", "dark"] }[name];
  prefer(name, others[1 - others.indexOf(taste[name])]);
}

for (const name of Object.keys(taste)) {
  for (const button of document.querySelectorAll(`[data-${name}]`)) {
    button.addEventListener("click", () => prefer(name, button.dataset[name]));
  }
}
for (const name of tabs) {
  part(`tab-${name}`).addEventListener("click", () => choose(name));
  part(`tab-${name}`).addEventListener("keydown", (press) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[press.key];
    if (!step) return;
    const order = usable();
    const next = order[(order.indexOf(name) + step + order.length) % order.length];
    choose(next);
    part(`tab-${next}`).focus();
  });
}
part("remove").addEventListener("click", async () => {
  if (!message || !confirm("Delete this letter?")) return;
  await fetch(where(), { method: "DELETE" });
});

export const current = () => message?.id ?? null;
export const isThere = () => letters.has(current());
