// Reads a file at a time with the second WebAssembly module. Gzip is unpacked by the browser, within the bound on files.
// Whatever is thrown is answered as the file's refusal, and said to have broken this worker: its module may have
// trapped, or never come.
import init, { Reader } from "./reader.js";
let reader;
const open = async (segments) => {
  await init({ module_or_path: new URL("./reader_bg.wasm", import.meta.url) });
  const fresh = new Reader();
  for (const segment of segments) fresh.resume(segment);
  return fresh;
};
const unpacked = async (file, most) => {
  if (file.size > most) throw `${file.size} bytes, at most ${most}`;
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return new Uint8Array(await file.arrayBuffer());
  const parts = [];
  let size = 0;
  try {
    const stream = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (let part = await stream.read(); !part.done && size <= most; part = await stream.read()) {
      parts.push(part.value);
      size += part.value.length;
    }
    if (size > most) await stream.cancel();
  } catch (error) {
    throw `not whole gzip, or several in one file: unpack it first (gunzip)\n${error}`;
  }
  if (size > most) throw `more than ${most} bytes once unpacked`;
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};
onmessage = async ({ data: { file, name, segments } }) => {
  try {
    reader ??= await open(segments);
    const told = reader.read(name, await unpacked(file, Reader.bytes_max()), Date.now());
    const { segment, report } = told;
    told.free();
    postMessage({ segment, report }, [segment.buffer]);
  } catch (error) {
    const report = `${name}: refused, nothing of it counts\n${error}`;
    postMessage({ segment: new Uint8Array(), report, isBroken: true });
  }
};
