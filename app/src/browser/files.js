// Files dropped onto the page, or chosen by a [data-open-files] button, are read one after the other by a worker of this
// browser; what comes of each is told to the page as the event "mission:files" with { segment, report }. A worker in
// which anything was thrown is never asked again: the next file gets a new one, given the segments made so far.
const FILES_MAX = 1000;
let worker;
let busy = false;
const waiting = [];
const segments = [];
const tell = (segment, report) =>
  dispatchEvent(new CustomEvent("mission:files", { detail: { segment, report } }));
const refusal = (name, why) => `${name}: refused, nothing of it counts\n${why}`;
const answered = ({ segment, report, isBroken }) => {
  if (isBroken) {
    worker?.terminate();
    worker = undefined;
  }
  if (segment.length) segments.push(segment);
  busy = false;
  tell(segment, report);
  next();
};
const next = () => {
  if (busy || !waiting.length) return;
  busy = true;
  const { file, name } = waiting.shift();
  const before = worker ? [] : segments;
  worker ??= new Worker(new URL("./files_worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => answered(data);
  worker.onerror = (event) => {
    event.preventDefault();
    const why = "what reads files could not be fetched or has broken; drop it again once the server answers";
    answered({ segment: new Uint8Array(), report: refusal(name, why), isBroken: true });
  };
  worker.postMessage({ file, name, segments: before });
};
const read = (files) => {
  waiting.push(...files);
  next();
};
const named = (file) => ({ file, name: file.webkitRelativePath || file.name });
const promised = (ask) => new Promise((resolve, reject) => ask(resolve, reject));
// The files of an entry, which may be a folder, in order of their names, each with its path from what was dropped.
const within = async (entry, found) => {
  if (found.length > FILES_MAX) return;
  if (entry.isFile) {
    const file = await promised((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  const entries = [];
  for (let part; !part || part.length; entries.push(...part)) {
    part = await promised((resolve, reject) => reader.readEntries(resolve, reject));
  }
  for (const inner of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await within(inner, found);
};
const folder = async (entry) => {
  const found = [];
  try {
    await within(entry, found);
    if (found.length > FILES_MAX) throw `a folder of more than ${FILES_MAX} files: drop fewer`;
  } catch (error) {
    tell(new Uint8Array(), refusal(entry.name, error));
    return;
  }
  read(found);
};
const root = document.documentElement;
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  root.dataset.drop = "";
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete root.dataset.drop;
});
addEventListener("drop", async (event) => {
  delete root.dataset.drop;
  if (!hasFiles(event)) return;
  event.preventDefault();
  // The event forgets its items as soon as this function waits.
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  const given = items.map((item) => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() }));
  for (const { entry, file } of given) {
    if (entry?.isDirectory) await folder(entry);
    else if (file) read([named(file)]);
  }
});
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-open-files]")) return;
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.onchange = () => read([...input.files].map(named));
  input.click();
});
