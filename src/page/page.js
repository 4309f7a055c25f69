"use strict";
(function () {
  const $ = (id) => document.getElementById(id);
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  let language = (navigator.language || "").toLowerCase().startsWith("af") ? "af" : "en";
  const word = (name) => WORDS[language][name];

  // What was chosen, and what is known of it. `chosen.files` are { name, file }, `chosen.paths` what to read.
  let chosen = null;
  let view = null;
  let answers = {};
  let shown = null;

  function speak(to) {
    language = to;
    document.documentElement.lang = to;
    each("[data-word]", (element) => { element.textContent = word(element.dataset.word); });
    each("[data-word-label]", (element) => { element.setAttribute("aria-label", word(element.dataset.wordLabel)); });
    each("[data-language]", (button) => { button.setAttribute("aria-pressed", String(button.dataset.language === to)); });
    if (shown) { label(); }
  }
  each("[data-language]", (button) => button.addEventListener("click", () => speak(button.dataset.language)));

  // The engine -----------------------------------------------------------------------------------------------------

  // WebAssembly with vectors of 128 bits: (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt)).
  const VECTORS = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  const isNew = typeof WebAssembly === "object" && typeof DecompressionStream === "function" && typeof Worker === "function"
    && WebAssembly.validate(VECTORS);
  let engine = null;
  let worker = null;
  let waiting = null;

  function unpacked(id) {
    const packed = Uint8Array.from(atob($(id).textContent.trim()), (c) => c.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
  }

  async function started() {
    engine = engine || unpacked("engine").arrayBuffer();
    const bytes = await engine;
    if (!worker) {
      const url = URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
      worker = new Worker(url);
      worker.onmessage = heard;
      worker.onerror = () => end(null);
      worker.postMessage({ engine: bytes });
    }
    return worker;
  }

  function heard(event) {
    const { share, answer } = event.data;
    if (share !== undefined) {
      $("progress").value = share;
      $("percent").textContent = Math.round(share * 100) + " %";
    } else {
      end(answer || null);
    }
  }

  // `null`: the engine is broken; `undefined`: the user stopped it.
  function end(answer) {
    if (!answer && worker) {
      worker.terminate();
      worker = null;
    }
    const done = waiting;
    waiting = null;
    $("working").hidden = true;
    if (done) { done(answer); }
  }

  async function ask(question, files) {
    if (waiting) { end(undefined); }
    say("");
    $("progress").value = 0;
    $("percent").textContent = "";
    $("working").hidden = false;
    const told = files.map(({ name, file }) => ({ name, size: file.size, modified: onTheWall(file.lastModified) }));
    const asked = Object.assign({ now: new Date(onTheWall(Date.now())).toISOString().slice(0, 19), files: told }, question);
    const answer = await new Promise((done) => {
      waiting = done;
      started().then((to) => { if (waiting === done) { to.postMessage({ question: asked, files: files.map((one) => one.file) }); } }, () => end(null));
    });
    if (answer === null) {
      return { parts: [], reply: { problems: [word("broken")], notes: [], customers: [], files: 0 } };
    }
    if (answer === undefined) { say(word("stopped")); }
    return answer;
  }

  // Logs are written by the clock on the wall, and the engine knows no other.
  function onTheWall(moment) {
    return moment - new Date(moment).getTimezoneOffset() * 60000;
  }

  $("stop").addEventListener("click", () => { end(undefined); $("choose-files").focus(); });

  // Choosing -------------------------------------------------------------------------------------------------------

  // Two files of one name, from two places, are kept apart.
  function named(files) {
    const taken = new Set();
    return files.map(({ name, file }) => {
      let own = name === "-" || !name ? "log" : name;
      for (let n = 2; taken.has(own); n += 1) { own = n + "/" + name; }
      taken.add(own);
      return { name: own, file };
    });
  }

  function choose(files) {
    if (!files.length) { return; }
    chosen = { files: named(files), customers: [], count: 0 };
    // A folder is named by its own name, a file by its own.
    chosen.paths = [...new Set(chosen.files.map(({ name }) => (/^\d+\//.test(name) ? name : name.split("/")[0])))];
    $("customer").value = "";
    $("whose").hidden = true;
    answers = {};
    look("report");
  }

  const plain = (list) => [...list].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  for (const [button, input] of [["choose-files", "files"], ["choose-folder", "folder"]]) {
    $(button).addEventListener("click", () => $(input).click());
    $(input).addEventListener("change", () => { choose(plain($(input).files)); $(input).value = ""; });
  }
  if (!("webkitdirectory" in $("folder"))) { $("choose-folder").hidden = true; }

  function inside(entry, above) {
    const name = above + entry.name;
    if (entry.isFile) {
      return new Promise((done, fail) => entry.file((file) => done([{ name, file }]), fail));
    }
    const reader = entry.createReader();
    const all = async () => {
      let found = [];
      for (;;) {
        const entries = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!entries.length) { return found; }
        for (const one of entries) { found = found.concat(await inside(one, name + "/")); }
      }
    };
    return all();
  }

  // Chromium opens no entry of a folder for a page from the disk; a handle it does open.
  async function held(handle, above) {
    const name = above + handle.name;
    if (handle.kind === "file") { return [{ name, file: await handle.getFile() }]; }
    let found = [];
    for await (const one of handle.values()) { found = found.concat(await held(one, name + "/")); }
    return found;
  }

  function folder(item, entry) {
    if (!item.getAsFileSystemHandle) { return inside(entry, ""); }
    return item.getAsFileSystemHandle().then((handle) => held(handle, "")).catch(() => inside(entry, ""));
  }

  const drop = document.documentElement;
  drop.addEventListener("dragover", (event) => { event.preventDefault(); $("drop").classList.add("over"); });
  drop.addEventListener("dragleave", (event) => { if (!event.relatedTarget) { $("drop").classList.remove("over"); } });
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    $("drop").classList.remove("over");
    // All must be asked at once: the list is gone after the first wait.
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const parts = items.map((item) => {
      const entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
      return entry && entry.isDirectory ? folder(item, entry) : [{ name: (item.getAsFile() || {}).name, file: item.getAsFile() }];
    });
    try {
      choose((await Promise.all(parts)).flat().filter((one) => one.file));
    } catch (fault) {
      problems([word("noFolder")]);
    }
  });

  // Showing --------------------------------------------------------------------------------------------------------

  function say(text) { $("told").textContent = text; }

  function list(id, sentences) {
    const items = sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    });
    $(id).replaceChildren(...items);
    $(id).hidden = !items.length;
  }

  function problems(sentences) {
    $("result").hidden = false;
    list("problems", sentences);
    if (!shown) { $("result-title").textContent = word("nothing"); }
  }

  function label() {
    $("result-title").textContent = word(shown.title);
    $("frame").title = word(shown.title);
    $("hint").textContent = shown.hints.map(word).join(" ");
    each("[data-view]", (button) => { button.setAttribute("aria-pressed", String(button.dataset.view === view)); });
    $("views").hidden = !chosen;
    $("clip").hidden = !shown.text;
    $("save").hidden = !shown.save;
    $("print").hidden = !shown.html && !shown.text;
  }

  // `made`: title, hints, reply, and `html`, `text` or neither to see; `save` is what is written to a file.
  function show(made) {
    shown = made;
    $("result").hidden = false;
    label();
    list("problems", made.reply.problems);
    list("notes", made.reply.notes);
    $("frame").hidden = !made.html;
    $("text").hidden = made.html || !made.text;
    // The frame has no origin, no network and no script but the report's own.
    $("frame").srcdoc = made.html || "";
    $("text").textContent = made.html ? "" : made.preview || made.text || "";
    say(word("done"));
    $("result-title").focus();
  }

  const text = (answer) => new Blob(answer.parts).text();
  const file = (answer, name, type) => (answer.parts.length ? { name, blob: new Blob(answer.parts, { type }) } : null);
  const PREVIEW = 200000;

  const make = {
    async report(about) {
      const answer = await ask({ command: "analyze", format: "html", ...about }, chosen.files);
      if (!answer) { return null; }
      if (!about.customer) {
        chosen.customers = answer.reply.customers;
        chosen.count = answer.reply.files;
        customers();
      }
      return { title: "report", hints: ["reportHint"], reply: answer.reply, html: await text(answer), save: file(answer, "mtmlog-report.html", "text/html") };
    },
    async ticket(about) {
      if (chosen.customers.length > 1 && !about.customer) {
        return { title: "ticket", hints: ["several"], reply: { problems: [], notes: [] } };
      }
      const page = await ask({ command: "ticket", format: "html", ...about }, chosen.files);
      if (!page) { return null; }
      const paper = await ask({ command: "ticket", format: "text", ...about }, chosen.files);
      if (!paper) { return null; }
      return {
        title: "ticket", hints: ["ticketHint"], reply: page.reply, html: await text(page), text: await text(paper),
        save: file(paper, "mtmlog-ticket.txt", "text/plain"),
      };
    },
    async copy(about) {
      const many = chosen.count > 1;
      const answer = await ask({ command: "redact", format: many ? "zip" : "log", ...about, last: null }, chosen.files);
      if (!answer) { return null; }
      const made = { title: "copy", hints: ["copyHint"], reply: answer.reply };
      if (many) {
        return Object.assign(made, { hints: ["copyHint", "copyZip"], save: file(answer, "logs-without-names.zip", "application/zip") });
      }
      const all = await text(answer);
      const part = all.length > PREVIEW;
      return Object.assign(made, {
        hints: part ? ["copyHint", "copyPart"] : ["copyHint"], text: all, preview: part ? all.slice(0, PREVIEW) : null,
        save: file(answer, "log-without-names.txt", "text/plain"),
      });
    },
  };

  async function look(name) {
    view = name;
    const of = chosen;
    const last = $("last").value ? Number($("last").value) : null;
    const about = { paths: chosen.paths, last, customer: $("customer").value || null };
    const key = JSON.stringify([name, about]);
    const made = answers[key] || await make[name](about);
    if (!made || of !== chosen || view !== name) { return; }
    answers[key] = made;
    show(made);
  }

  function customers() {
    const none = new Option(word("all"), "");
    none.dataset.word = "all";
    $("customer").replaceChildren(none, ...chosen.customers.map((name) => new Option(name, name)));
    $("whose").hidden = chosen.customers.length < 2;
  }

  each("[data-view]", (button) => button.addEventListener("click", () => look(button.dataset.view)));
  $("customer").addEventListener("change", () => look(view));
  $("last").addEventListener("change", () => { if (chosen) { look(view || "report"); } });

  $("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(shown.save.blob);
    link.download = shown.save.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });

  $("clip").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(shown.text);
      say(word("clipped"));
      $("hint").textContent = word("clipped");
    } catch (fault) {
      $("hint").textContent = word("notClipped");
    }
  });

  // A copy of the answer in a frame that may print and run nothing.
  $("print").addEventListener("click", () => {
    each(".paper", (old) => old.remove());
    const paper = document.createElement("iframe");
    paper.className = "paper";
    paper.setAttribute("sandbox", "allow-same-origin allow-modals");
    paper.title = word("print");
    paper.addEventListener("load", () => {
      const inner = paper.contentDocument;
      if (!shown.html) {
        const lines = inner.createElement("pre");
        lines.textContent = shown.text || "";
        lines.style.whiteSpace = "pre-wrap";
        inner.body.replaceChildren(lines);
      }
      inner.querySelectorAll("details").forEach((part) => { part.open = true; });
      paper.contentWindow.print();
    }, { once: true });
    const page = new DOMParser().parseFromString(shown.html || "<title>mtmlog</title>", "text/html");
    page.querySelectorAll("script").forEach((script) => script.remove());
    paper.srcdoc = "<!DOCTYPE html>" + page.documentElement.outerHTML;
    document.body.append(paper);
  });

  // Other questions ------------------------------------------------------------------------------------------------

  async function other(event, title, question, files) {
    event.preventDefault();
    view = null;
    chosen = null;
    const answer = await ask(Object.assign({ format: "text" }, question), files);
    if (!answer) { return; }
    show({ title, hints: [], reply: answer.reply, text: await text(answer), save: file(answer, "mtmlog-answer.txt", "text/plain") });
    $("whose").hidden = true;
  }
  $("explain").addEventListener("submit", (event) => other(event, "explain", { command: "explain", text: $("error").value }, []));
  $("providers").addEventListener("submit", (event) => other(event, "providers", { command: "providers", text: $("address").value }, []));
  $("compare").addEventListener("submit", (event) => {
    const [before] = $("before").files;
    const [since] = $("since").files;
    const files = [["before", before], ["since", since]].filter(([, file]) => file).map(([side, file]) => ({ name: side + "/" + file.name, file }));
    other(event, "compare", { command: "compare", paths: files.map(({ name }) => name) }, files);
  });

  $("licences").addEventListener("click", async () => {
    view = null;
    chosen = null;
    show({ title: "licences", hints: [], reply: { problems: [], notes: [] }, text: await unpacked("notices").text() });
    $("whose").hidden = true;
  });

  speak(language);
  if (!isNew) {
    $("old").hidden = false;
    each("button:not([data-language])", (button) => { button.disabled = true; });
  }
})();
