// Evidence on its way up: one file a request, each with its progress, its way to be called off, and further tries
// after a lost connection. Without this script the same form sends all files at once.

const PAUSES_S = [2, 5, 15];
const SILENCE_S = 45; // no byte went out for so long: the connection is lost, though nobody said so

const form = document.getElementById("question");
const input = form?.querySelector('input[type="file"]');
const queue = document.getElementById("queue");
const uploaded = document.getElementById("uploaded");
const status = document.getElementById("upload-status");
const row = document.getElementById("queue-row");
const texts = JSON.parse(document.getElementById("upload-texts").value);

const waiting = [];
let sending = null;
let held = null; // the button that was pressed while files were still on their way

const words = (key, facts = {}) => texts[key].replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const say = (key, facts) => { status.textContent = words(key, facts); };
const wait = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

class Upload {
  constructor(file) {
    this.file = file;
    this.row = row.content.firstElementChild.cloneNode(true);
    this.part = (name) => this.row.querySelector(`.sahut-${name}`);
    this.part("files__name").textContent = file.name;
    for (const name of ["queue__again", "queue__cancel"]) {
      this.part(name).querySelector("span").textContent = ` ${file.name}`;
    }
    this.part("queue__progress").setAttribute("aria-label", file.name);
    this.part("queue__cancel").addEventListener("click", () => this.cancel());
    this.part("queue__again").addEventListener("click", () => this.again());
    this.show("waiting");
    queue.append(this.row);
    queue.hidden = false;
  }

  show(key, facts) { this.part("files__facts").textContent = words(key, facts); }

  // Sends the file; true when there is nothing left to do for it.
  async send() {
    say("started", { name: this.file.name });
    for (const pause of [...PAUSES_S, null]) {
      const answer = await this.attempt();
      if (this.cancelled) return;
      if (answer) { this.settle(answer); return; }
      this.progress(0);
      this.show(pause === null ? "waiting" : "lost");
      if (pause === null) break;
      await Promise.race([wait(pause), new Promise((done) => {
        addEventListener("online", done, { once: true });
        this.wake = done;
      })]);
      if (this.cancelled) return;
    }
    this.fail(words("failed"), true);
  }

  // One request; null where the connection or the server failed.
  attempt() {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.request = request;
      const give = (answer) => { clearInterval(watch); done(answer); };
      let heard = performance.now(), out = false, half = false;
      const watch = setInterval(() => {
        if (!out && performance.now() - heard > SILENCE_S * 1000) request.abort();
      }, 1000);
      request.upload.addEventListener("progress", (event) => {
        heard = performance.now();
        const percent = Math.floor((100 * event.loaded) / event.total);
        this.progress(percent);
        this.show("sending", { percent });
        if (percent >= 50 && percent < 100 && !half) { half = true; say("half", { name: this.file.name }); }
      });
      request.upload.addEventListener("load", () => {
        out = true;
        this.part("queue__cancel").hidden = true;
        this.show("checking");
      });
      request.addEventListener("loadend", () => {
        this.part("queue__cancel").hidden = false;
        if (request.status === 0 || request.status >= 500) { give(null); return; }
        try { give({ status: request.status, ...JSON.parse(request.responseText) }); }
        catch { give({ status: 400, detail: words("stale") }); }
      });
      const data = new FormData();
      data.append("csrf_token", form.elements.csrf_token.value);
      data.append("add", "1");
      data.append(input.name, this.file, this.file.name);
      request.open("POST", location.href);
      request.setRequestHeader("Accept", "application/json");
      request.send(data);
    });
  }

  settle(answer) {
    if (answer.rows?.length) {
      const list = uploaded.querySelector("ul");
      for (const html of answer.rows) {
        const holder = document.createElement("template");
        holder.innerHTML = html;
        const fresh = holder.content.querySelector("li");
        const id = fresh.querySelector("button").value;
        if (!list.querySelector(`button[value="${CSS.escape(id)}"]`)) list.append(fresh);
      }
      uploaded.hidden = false;
      say("done", { name: this.file.name });
      this.leave();
      return;
    }
    this.fail(answer.refused?.[0]?.message ?? answer.detail ?? words("stale"), answer.status === 429);
  }

  fail(message, mayTryAgain) {
    this.failed = true;
    this.row.classList.add("sahut-queue__file--wrong");
    this.part("files__facts").textContent = "";
    this.part("queue__progress").hidden = true;
    this.part("queue__again").hidden = !mayTryAgain;
    this.part("queue__cancel").firstChild.textContent = words("dismiss");
    this.part("queue__error").hidden = false;
    this.part("queue__error").lastElementChild.textContent = message;
    say("refused", { name: this.file.name, message });
  }

  again() {
    this.failed = false;
    this.row.classList.remove("sahut-queue__file--wrong");
    this.part("queue__progress").hidden = false;
    this.part("queue__again").hidden = true;
    this.part("queue__error").hidden = true;
    this.show("waiting");
    waiting.push(this);
    next();
  }

  cancel() {
    this.cancelled = true;
    this.request?.abort();
    this.wake?.();
    const place = waiting.indexOf(this);
    if (place >= 0) waiting.splice(place, 1);
    say("cancelled", { name: this.file.name });
    this.leave();
    document.querySelector(".govuk-file-upload-button, input[type=file]")?.focus();
  }

  leave() {
    this.row.remove();
    queue.hidden = queue.childElementCount === 0;
  }

  progress(percent) { this.part("queue__progress").value = percent; }
}

// Says something to everybody, below the files.
function note(key) {
  document.querySelector(".sahut-hold")?.remove();
  const paragraph = document.createElement("p");
  paragraph.className = "govuk-body sahut-hold";
  paragraph.textContent = words(key);
  queue.after(paragraph);
  say(key);
}

// The next file that waits; when none is left, on to where the reader wanted to go meanwhile.
async function next() {
  if (sending) return;
  while (waiting.length) {
    sending = waiting.shift();
    await sending.send();
    sending = null;
  }
  if (!held) return;
  const button = held;
  held = null;
  if (queue.childElementCount) {
    note("decide");
    queue.querySelector("button:not([hidden])").focus();
    return;
  }
  form.requestSubmit(button);
}

function take() {
  const chosen = [...input.files];
  if (!chosen.length) return;
  document.querySelector(".sahut-hold")?.remove();
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  for (const file of chosen) {
    const upload = new Upload(file);
    if (file.size > texts.mostBytes) upload.fail(words("tooLarge"), false);
    else waiting.push(upload);
  }
  next();
}

async function remove(event) {
  const button = event.submitter;
  event.preventDefault();
  const item = event.target.closest("li"), name = item.querySelector(".sahut-files__name").textContent;
  const data = new FormData(event.target);
  data.append(button.name, button.value);
  button.disabled = true;
  try {
    const answer = await fetch(event.target.action, {
      method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "error",
    });
    if (!answer.ok) throw new Error(answer.statusText);
  } catch {
    button.disabled = false;
    status.textContent = words("failed");
    return;
  }
  item.remove();
  uploaded.hidden = uploaded.querySelector("li") === null;
  say("removed", { name });
  (uploaded.hidden ? document.querySelector(".govuk-file-upload-button") : uploaded.querySelector("h2"))?.focus();
}

if (form && input && "requestSubmit" in form) {
  form.querySelector('button[name="add"]').hidden = true;
  input.addEventListener("change", take);
  uploaded.addEventListener("submit", remove);
  form.addEventListener("submit", (event) => {
    if (!sending && !waiting.length) return;
    event.preventDefault();
    held = event.submitter;
    note("hold");
  });
}
