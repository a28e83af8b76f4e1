// Reads files one after the other, in the order they came, with the second WebAssembly module.
import init, { Reader } from "./reader.js";
let reader;
let last = Promise.resolve();
const read = async (file) => {
  try {
    reader ??= init({ module_or_path: new URL("./reader_bg.wasm", import.meta.url) }).then(() => new Reader());
    const told = (await reader).read(file.name, new Uint8Array(await file.arrayBuffer()), Date.now());
    const segment = told.segment;
    postMessage({ segment, report: told.report }, [segment.buffer]);
    told.free();
  } catch (error) {
    postMessage({ segment: new Uint8Array(), report: `${file.name}: refused, nothing of it counts\n${error}` });
  }
};
onmessage = ({ data }) => {
  for (const file of data) last = last.then(() => read(file));
};
