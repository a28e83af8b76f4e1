// Files dropped onto the page, or chosen by a [data-open-files] button, are read by a worker of this browser; what
// comes of each is told to the page as the event "mission:files" with { segment, report }.
let worker;
const read = (files) => {
  if (!files.length) return;
  if (!worker) {
    worker = new Worker(new URL("./files_worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => dispatchEvent(new CustomEvent("mission:files", { detail: data }));
  }
  worker.postMessage(files);
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
addEventListener("drop", (event) => {
  delete root.dataset.drop;
  if (!hasFiles(event)) return;
  event.preventDefault();
  read([...event.dataTransfer.files]);
});
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-open-files]")) return;
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.onchange = () => read([...input.files]);
  input.click();
});
