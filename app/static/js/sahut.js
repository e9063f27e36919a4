// What scripts add to pages that work without them: the component library, the folding menu, copying, printing.
import {
  createAll, isSupported, Button, CharacterCount, Checkboxes, ErrorSummary, ExitThisPage, FileUpload,
  NotificationBanner, PasswordInput, Radios, SkipLink, Tabs,
} from "../vendor/govuk-frontend-6.3.0/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// A radio can't be "expanded" in ARIA's eyes; what it reveals follows it in reading order.
class QuietRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}

// The name of the button must hold its visible words in one piece, so the unseen comma goes to their end.
class NamedFileUpload extends FileUpload {
  createButton() {
    const button = super.createButton();
    button.append(button.querySelector('[id$="-comma"]'));
    return button;
  }
}

if (isSupported()) {
  for (const component of [
    Button, CharacterCount, Checkboxes, ErrorSummary, ExitThisPage, NamedFileUpload,
    NotificationBanner, PasswordInput, QuietRadios, SkipLink, Tabs,
  ]) createAll(component);
}

// The quick exit takes the place of the page in the history, and empties it before anything else; a page that the
// browser kept in memory is asked for anew when somebody goes back to it.
const exit = document.querySelector(".govuk-js-exit-this-page-button");
let gone = false;
exit?.addEventListener("click", (event) => {
  event.preventDefault();
  gone = true;
  dispatchEvent(new Event("sahut:exit"));
  document.querySelector("main")?.replaceChildren();
  location.replace(exit.href);
}, { capture: true });
addEventListener("pagehide", () => { gone ||= document.body.classList.contains("govuk-exit-this-page-hide-content"); });
addEventListener("pageshow", (event) => { if (event.persisted && gone) location.reload(); });

// The menu of the desks: a button unfolds it where the screen is narrow.
for (const nav of document.querySelectorAll('[data-module="sahut-nav"]')) {
  const toggle = nav.querySelector("button");
  nav.classList.add("sahut-nav--folding");
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("sahut-nav--open", open);
  });
}

// Something to keep, copied by one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
