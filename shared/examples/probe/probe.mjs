// What every script that asks the probe shares: loading it, reading its texts, timing its calls. No dependencies.
import { readFileSync } from "node:fs";

// The exports of a probe.
export async function load(wasm) {
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
  return instance.exports;
}

// A text of the probe: its length in four little-endian bytes, then UTF-8.
export function text(probe, address) {
  const at = address >>> 0;
  const length = new DataView(probe.memory.buffer).getUint32(at, true);
  return new TextDecoder().decode(new Uint8Array(probe.memory.buffer, at + 4, length));
}

// Times `count` calls of `call(index)`, one by one.
export function percentiles(call, count) {
  const times = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    call(index);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share) => Number(times[Math.min(count - 1, Math.floor(count * share))].toFixed(4));
  return { count, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) };
}
