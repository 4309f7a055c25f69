"use strict";
// The engine's side of the page, in a thread of its own: one question, one instance, so that nothing of an earlier log
// is left in memory. `host.rs` is the other side of these five functions.
function answered(module, question, read) {
  const parts = [];
  let reply = null;
  let memory;
  const bytes = (at, length) => new Uint8Array(memory.buffer, at >>> 0, length >>> 0);
  const page = {
    read: (file, place, at, length) => read(file, place, bytes(at, length)),
    write: (at, length) => { parts.push(bytes(at, length).slice()); },
    tell: (at, length) => { reply = JSON.parse(new TextDecoder().decode(bytes(at, length))); },
  };
  try {
    const given = { page };
    // A crate asks the browser for random numbers, to lock zips with a password. Nobody asks for such a zip.
    for (const asked of WebAssembly.Module.imports(module).filter((one) => one.module !== "page")) {
      given[asked.module] = given[asked.module] || {};
      given[asked.module][asked.name] = () => { throw new Error(asked.name); };
    }
    const engine = new WebAssembly.Instance(module, given).exports;
    memory = engine.memory;
    const text = new TextEncoder().encode(JSON.stringify(question));
    bytes(engine.space(text.length), text.length).set(text);
    engine.ask();
    return { parts, reply, memory: memory.buffer.byteLength };
  } catch (fault) {
    // Half an answer is none.
    const problems = reply ? reply.problems : ["A fault of mtmlog, or too little memory. Please tell us."];
    return { parts: [], reply: { problems, notes: [], customers: [], files: 0 }, memory: 0 };
  }
}

// Reads pieces of files, and says how much of all of them was seen so far.
function reading(files, seen) {
  const reader = new FileReaderSync();
  const furthest = files.map(() => 0);
  const whole = files.reduce((sum, file) => sum + file.size, 0) || 1;
  let last = 0;
  return (number, place, out) => {
    const file = files[number];
    try {
      const piece = new Uint8Array(reader.readAsArrayBuffer(file.slice(place, place + out.length)));
      out.set(piece);
      furthest[number] = Math.max(furthest[number], place + piece.length);
      if (Date.now() - last > 80) {
        last = Date.now();
        seen(furthest.reduce((sum, part) => sum + part, 0) / whole);
      }
      return piece.length;
    } catch (fault) {
      return -1;
    }
  };
}

if (typeof FileReaderSync !== "undefined") {
  let module = null;
  self.onmessage = async (event) => {
    const { engine, question, files } = event.data;
    if (engine) {
      module = WebAssembly.compile(engine);
      module.catch(() => {});
      return;
    }
    try {
      const compiled = await module;
      const answer = answered(compiled, question, reading(files, (share) => self.postMessage({ share })));
      self.postMessage({ answer }, answer.parts.map((part) => part.buffer));
    } catch (fault) {
      self.postMessage({ broken: String(fault && fault.message) });
    }
  };
}
