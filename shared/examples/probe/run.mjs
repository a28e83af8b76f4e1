// Runs the probe in Node: `node run.mjs digest WASM LOG` prints the report of a log,
// `node run.mjs made WASM FILE…` an array of the reports of what is made of each file,
// `node run.mjs bench WASM EVENTS CELLS` prints measurements as JSON. No dependencies.
import { readFileSync } from "node:fs";
import { load, percentiles, text } from "./probe.mjs";

const [mode, wasm, ...rest] = process.argv.slice(2);
const probe = await load(wasm);

function report(ask, path) {
  const bytes = readFileSync(path);
  const start = probe.alloc(bytes.length) >>> 0;
  new Uint8Array(probe.memory.buffer, start, bytes.length).set(bytes);
  try {
    return text(probe, ask(start, bytes.length));
  } catch (trap) {
    throw new Error(text(probe, probe.complaint()), { cause: trap });
  }
}

function bench(events, cells) {
  const million = 1_000_000;
  let seed = 7;
  const share = () => (seed = (seed * 1103515245 + 12345) % 2147483648) % (million + 1);
  const start = performance.now();
  probe.bench_build(events, cells);
  const build_ms = Math.round(performance.now() - start);
  let wrong = 0;
  for (let index = 0; index < 20; index++) {
    const [valid, known] = [share(), share()];
    probe.bench_snapshot(valid, known);
    if (probe.bench_checksum() !== probe.bench_replay(valid, known)) wrong++;
  }
  const snapshot = percentiles(() => probe.bench_snapshot(share(), share()), 400);
  const snapshot_head = percentiles(() => probe.bench_snapshot(million, million), 200);
  const along = (valid, known) => {
    probe.bench_snapshot(valid(0), known(0));
    return percentiles((index) => probe.bench_step(valid(index + 1), known(index + 1)), 1000);
  };
  const thousandth = (index) => index * 1000;
  const end = () => million;
  const result = {
    events,
    cells,
    wrong,
    build_ms,
    bytes_per_event: Number((probe.bench_bytes() / events).toFixed(1)),
    snapshot,
    snapshot_head,
    step_valid: along(thousandth, end),
    step_known: along(end, thousandth),
    step_both: along(thousandth, thousandth),
    replay: percentiles(() => probe.bench_replay(share(), share()), 50),
    replay_head: percentiles(() => probe.bench_replay(million, million), 20),
  };
  return JSON.stringify(result);
}

switch (mode) {
  case "digest":
    process.stdout.write(report(probe.digest, rest[0]));
    break;
  case "made":
    process.stdout.write(JSON.stringify(rest.map((path) => report(probe.made, path))));
    break;
  case "bench":
    process.stdout.write(bench(Number(rest[0]), Number(rest[1])) + "\n");
    break;
  default:
    throw new Error("usage: run.mjs digest WASM LOG | run.mjs made WASM FILE… | run.mjs bench WASM EVENTS CELLS");
}
