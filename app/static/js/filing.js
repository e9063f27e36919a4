// What scripts add to a question: half a sentence survives the browser's own "back", and a line that breaks.
const form = document.getElementById("question");

if (form && "sendBeacon" in navigator) {
  const state = () => JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  let kept = state();
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("sahut:exit", () => { leaving = true; });

  // Not after the quick exit: nothing may remain to be seen then.
  const keep = () => {
    if (leaving || document.body.classList.contains("govuk-exit-this-page-hide-content")) return;
    if (state() === kept) return;
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (typeof value !== "string") typed.delete(name);
    typed.set("keep", "1");
    if (navigator.sendBeacon(location.href, typed)) kept = state();
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pageshow", () => { leaving = false; });

  // Without a line the form stays where it is, with all that was typed; else the browser would show its own page.
  form.addEventListener("submit", (event) => {
    if (navigator.onLine !== false) return;
    event.preventDefault();
    leaving = false;
    let note = document.getElementById("lost");
    if (!note) {
      note = document.createElement("p");
      note.id = "lost";
      note.className = "govuk-error-message";
      note.setAttribute("role", "alert");
      form.append(note);
    }
    note.textContent = form.dataset.lost;
  });
}
