// What pages gain where scripts run; none of them needs it.
// Copy buttons on code blocks, the focus after an error or a swap, details that open when linked to, and
// previews that follow what is typed.

const TYPING_PAUSE = 400; // milliseconds
const previews = new WeakMap(); // what each form waits for: a timer, and the request under way

function addCopyButtons(root) {
  for (const block of root.querySelectorAll("[data-copy]:not(:has(> .copy))")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${block.dataset.copy}`);
    block.append(button);
  }
}

async function copy(button) {
  await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
  button.textContent = "Copied";
  announce(`Copied ${button.parentElement.dataset.copy}.`);
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function announce(message) {
  document.getElementById("announcements").textContent = message;
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded) folded.open = true;
}

function settle(root) {
  addCopyButtons(root);
  const focused = root.querySelector("[data-focus]");
  if (focused) focused.focus();
}

// A form with data-previewed is sent as its button “Preview” would. Of what comes back, each element with
// data-live takes the place of its predecessor; one that is “kept” stays where there is nothing new to show.
async function preview(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.set("act", "preview");
  const answer = await fetch(form.action, { method: "POST", body, signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const shown of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(shown.id);
    if (fresh && (fresh.childElementCount || shown.dataset.live !== "kept")) shown.replaceWith(fresh);
  }
}

function previewSoon(form) {
  const before = previews.get(form);
  if (before) {
    clearTimeout(before.timer);
    before.request.abort();
  }
  const request = new AbortController();
  const timer = setTimeout(() => {
    preview(form, request.signal).catch((error) => { if (error.name !== "AbortError") announce("The preview could not be had."); });
  }, TYPING_PAUSE);
  previews.set(form, { timer, request });
}

document.addEventListener("input", (event) => {
  if (event.target.matches("form[data-previewed] :is(textarea, select)")) previewSoon(event.target.form);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copy(button);
});
document.addEventListener("htmx:after:swap", () => settle(document));
window.addEventListener("hashchange", openTarget);
settle(document);
openTarget();
