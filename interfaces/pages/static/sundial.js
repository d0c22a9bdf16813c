// What pages gain where scripts run; none of them needs it.
// Copy buttons on code blocks, the focus after an error or a swap, and details that open when linked to.

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

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copy(button);
});
document.addEventListener("htmx:after:swap", () => settle(document));
window.addEventListener("hashchange", openTarget);
settle(document);
openTarget();
