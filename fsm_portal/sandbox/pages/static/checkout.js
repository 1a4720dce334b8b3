// The card form: groups digits as they are typed, names the brand, checks before sending, and keeps
// what was typed when a card is refused. Without it the form still works as a plain form.
"use strict";

const form = document.getElementById("pay");
const button = document.getElementById("submit");
const buttonText = document.getElementById("submit-text");
const payText = buttonText.textContent;
const number = form.elements.cardNumber;
const expiry = form.elements.cardExpiry;
const cvc = form.elements.cardCvc;
const country = form.elements.billingCountry;

const brands = [
  { name: "visa", label: "VISA", starts: /^4/, lengths: [16], code: 3 },
  { name: "mastercard", label: "MC", starts: /^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, lengths: [16], code: 3 },
  { name: "amex", label: "AMEX", starts: /^3[47]/, lengths: [15], code: 4 },
  { name: "discover", label: "DISC", starts: /^(6011|64[4-9]|65)/, lengths: [16], code: 3 },
  { name: "diners", label: "DINERS", starts: /^3(0[0-5]|[689])/, lengths: [14, 16], code: 3 },
  { name: "jcb", label: "JCB", starts: /^35/, lengths: [16], code: 3 },
  { name: "unionpay", label: "UPAY", starts: /^62/, lengths: [16, 17, 18, 19], code: 3 },
];
const unknown = { name: "unknown", label: "", lengths: [16], code: 3 };
const digitsOf = (text) => text.replace(/\D/g, "");
const brandOf = (digits) => brands.find((brand) => brand.starts.test(digits)) || unknown;

function grouped(digits, brand) {
  const fourSixFive = brand.name === "amex" || (brand.name === "diners" && digits.length <= 14);
  const parts = fourSixFive
    ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10)]
    : digits.match(/.{1,4}/g) || [];
  return parts.filter(Boolean).join(" ");
}

// Puts text into a field and the caret behind as many digits as it stood behind before.
function rewrite(input, text) {
  if (input.value === text) return;
  const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
  const atEnd = input.selectionStart === input.value.length;
  input.value = text;
  if (document.activeElement !== input) return;
  let place = 0;
  for (let seen = 0; place < text.length && seen < before; place++) if (/\d/.test(text[place])) seen++;
  input.setSelectionRange(atEnd ? text.length : place, atEnd ? text.length : place);
}

function formatNumber() {
  const digits = digitsOf(number.value);
  const brand = brandOf(digits);
  rewrite(number, grouped(digits.slice(0, Math.max(...brand.lengths)), brand));
  const mark = document.getElementById("brand");
  mark.dataset.brand = digits ? brand.name : "";
  mark.textContent = digits ? brand.label : "";
  cvc.maxLength = brand.code;
  cvc.placeholder = brand.code === 4 ? "4 digits" : "CVC";
}

function formatExpiry(event) {
  let digits = digitsOf(expiry.value);
  const erasing = event && event.inputType && event.inputType.startsWith("delete");
  if (/^[2-9]/.test(digits) && !erasing) digits = "0" + digits;
  // A four-digit year, as browsers fill it in, is shortened.
  if (digits.length === 6 && digits.slice(2, 4) === "20") digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, 4);
  const open = digits.length === 2 && !erasing;
  rewrite(expiry, digits.length > 2 || open ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits);
}

function passesLuhn(digits) {
  let total = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  });
  return total % 10 === 0;
}

const checks = {
  email(value) {
    if (!value) return "Enter your email address.";
    return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) ? "" : "Your email address is incomplete.";
  },
  cardNumber(value) {
    const digits = digitsOf(value);
    const { lengths } = brandOf(digits);
    if (!digits) return "Enter your card number.";
    if (digits.length < Math.min(...lengths)) return "Your card number is incomplete.";
    return lengths.includes(digits.length) && passesLuhn(digits) ? "" : "Your card number is invalid.";
  },
  cardExpiry(value) {
    const digits = digitsOf(value);
    const month = Number(digits.slice(0, 2));
    const year = 2000 + Number(digits.slice(2));
    if (digits.length !== 4 || month < 1 || month > 12) return "Your card's expiration date is incomplete.";
    const today = new Date();
    if (year * 12 + month < today.getFullYear() * 12 + today.getMonth() + 1) return "Your card's expiration date is in the past.";
    return year > today.getFullYear() + 50 ? "Your card's expiration year is invalid." : "";
  },
  cardCvc(value) {
    return digitsOf(value).length === brandOf(digitsOf(number.value)).code ? "" : "Your card's security code is incomplete.";
  },
  routingNumber(value) {
    if (!value) return "Enter your routing number.";
    const digits = digitsOf(value);
    const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * [3, 7, 1][place % 3], 0);
    return digits.length === 9 && sum % 10 === 0 ? "" : "Your routing number is invalid.";
  },
  accountNumber(value) {
    if (!value) return "Enter your account number.";
    return /^\d{4,17}$/.test(value.replace(/[\s-]/g, "")) ? "" : "Your account number is invalid.";
  },
  iban(value) {
    if (!value) return "Enter your IBAN.";
    return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/i.test(value.replace(/[\s-]/g, "")) ? "" : "Your IBAN is invalid.";
  },
  billingName(value) {
    if (value) return "";
    return chosen() === "card" ? "Enter the name on your card." : "Enter the name of the account's holder.";
  },
};
const chosen = () => new FormData(form).get("method");
// Only what belongs to the chosen way to pay is on screen, and only that is checked.
const asked = (name) => form.elements[name] && form.elements[name].offsetParent !== null;

function tell(name, message) {
  const input = form.elements[name];
  const place = document.getElementById(`${name}-error`);
  if (!place) return;
  place.textContent = message;
  place.hidden = !message;
  if (!input) return;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function state(name, text) {
  button.dataset.state = name;
  buttonText.textContent = text;
  button.setAttribute("aria-disabled", String(name !== "ready"));
  document.getElementById("status").textContent = name === "ready" ? "" : text;
}

function showErrors(errors) {
  Object.entries(errors).forEach(([name, message]) => tell(name, message));
  const first = Object.keys(checks).find((name) => errors[name] && asked(name));
  if (first) form.elements[first].focus();
}

async function send(event) {
  // Removing a saved card is a plain form.
  if (event.submitter && event.submitter.name === "remove") return;
  event.preventDefault();
  tell("saved", "");
  if (button.dataset.state === "busy" || button.dataset.state === "done") return;
  const problem = document.getElementById("form-error");
  problem.hidden = true;
  const errors = {};
  for (const [name, check] of Object.entries(checks)) {
    if (!asked(name)) continue;
    const message = check(form.elements[name].value.trim());
    tell(name, message);
    if (message) errors[name] = message;
  }
  if (Object.keys(errors).length) return showErrors(errors);
  state("busy", "Processing…");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const answer = await response.json();
    if (answer.redirect) {
      state("done", "Continuing…");
      location.assign(answer.redirect);
      return;
    }
    state("ready", payText);
    showErrors(answer.errors);
  } catch {
    state("ready", payText);
    problem.textContent = "No answer came back, so this payment may or may not have gone through. Reload this page to see.";
    problem.hidden = false;
  }
}

function namePostalCode() {
  const names = { US: "ZIP code", GB: "Postcode", AU: "Postcode", NZ: "Postcode", IN: "PIN code", IE: "Eircode" };
  document.getElementById("postal-label").textContent = names[country.value] || "Postal code";
}

if (number) {
  number.addEventListener("input", formatNumber);
  expiry.addEventListener("input", formatExpiry);
  cvc.addEventListener("input", () => rewrite(cvc, digitsOf(cvc.value).slice(0, cvc.maxLength)));
}
country.addEventListener("change", namePostalCode);
form.addEventListener("submit", send);
Object.entries(checks).forEach(([name, check]) => {
  const input = form.elements[name];
  if (!input) return;
  input.addEventListener("input", () => tell(name, ""));
  input.addEventListener("blur", () => { if (input.value.trim()) tell(name, check(input.value.trim())); });
});
// A page that comes back from the browser's cache must not be stuck in its last state.
window.addEventListener("pageshow", () => state("ready", payText));
if (number) formatNumber();
namePostalCode();
