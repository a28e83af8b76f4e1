// Times what the probe analyses: `node analysis.mjs WASM SECTION ARGUMENT…` prints measurements as JSON.
// A section is a function here and a file of Rust beside it. No dependencies.
import { load, percentiles } from "./probe.mjs";

const [wasm, section, ...rest] = process.argv.slice(2);
const probe = await load(wasm);

// The architecture lens over made-up modules: `architecture all|growth layered|random MODULES IMPORTS`.
function architecture(what, shape, modules, imports) {
  probe.architecture_build(["layered", "random"].indexOf(shape), Number(modules), Number(imports));
  const isLayered = shape === "layered";
  const repeat = isLayered ? 20 : 2;
  const found = percentiles(() => probe.architecture_found(), repeat);
  const components = percentiles(() => probe.architecture_components(), repeat);
  if (what === "growth") return { found, components };
  const reach = percentiles(() => probe.architecture_reach(), repeat);
  // Each import is taken out and put back, so that both are timed and the graph stays what it is.
  const changes = (count, inside) => {
    const total = inside ? probe.architecture_inside() : probe.architecture_imports();
    const step = Math.max(1, Math.floor((total * 2) / count));
    return percentiles((index) => probe.architecture_update(Math.floor(index / 2) * step, inside), count);
  };
  const naive_reach = isLayered ? percentiles(() => probe.architecture_naive_reach(), 1) : null;
  return {
    modules: Number(modules),
    imports: probe.architecture_imports(),
    largest: probe.architecture_largest(),
    wrong: isLayered && probe.architecture_reach() !== probe.architecture_naive_reach() ? 1 : 0,
    full: percentiles(() => probe.architecture_full(), repeat),
    found,
    components,
    petgraph: percentiles(() => probe.architecture_petgraph(), repeat),
    reach,
    naive_reach,
    update: changes(isLayered ? 1000 : 10, 0),
    inside: changes(isLayered ? 1000 : 10, 1),
    cut: probe.architecture_cut(),
    petgraph_cut: probe.architecture_petgraph_cut(),
  };
}

// The behaviour lens over a made-up suite: `behaviour all|growth SCENARIOS RUNS`.
function behaviour(what, scenarios, runs) {
  probe.behaviour_build(Number(scenarios), Number(runs));
  const lens = percentiles(() => probe.behaviour_lens(), 20);
  if (what === "growth") return { lens };
  const commits = Number(runs) / 2;
  return {
    results: Number(scenarios) * Number(runs),
    scenarios: Number(scenarios),
    flips: probe.behaviour_lens(),
    lens,
    naive: percentiles(() => probe.behaviour_naive_posterior(commits), 1),
    apart: Math.abs(probe.behaviour_posterior(commits) - probe.behaviour_naive_posterior(commits)),
  };
}

// Links of a made-up product: `correlation all|growth ENTITIES`.
function correlation(what, entities) {
  probe.correlation_build(Number(entities));
  const full = percentiles(() => probe.correlation_full(), 5);
  const text = percentiles(() => probe.correlation_text(), 2);
  if (what === "growth") return { full, text };
  const links = probe.correlation_keep();
  // Each tag is given and taken back, so that both are timed.
  const count = 4000;
  const step = Math.floor((entities * 2) / count);
  const change = (index) => probe.correlation_event(Math.floor(index / 2) * step);
  const event = percentiles(change, count);
  // Once more, kind by kind: what the slowest events have in common.
  const kinds = {};
  for (let index = 0; index < count; index++) {
    const kind = probe.correlation_kind(Math.floor(index / 2) * step);
    (kinds[kind] ??= []).push(index);
  }
  const p95_of_kinds = Object.values(kinds).map((of) => percentiles((at) => change(of[at]), of.length).p95_ms);
  return {
    entities: Number(entities),
    links,
    proposals: probe.correlation_text(),
    full,
    text,
    event,
    worst_kind_p95_ms: Math.max(...p95_of_kinds),
    wrong: probe.correlation_wrong(),
  };
}

const sections = { architecture, behaviour, correlation };
if (!(section in sections)) {
  throw new Error(`usage: analysis.mjs WASM ${Object.keys(sections).join("|")} ARGUMENT…`);
}
process.stdout.write(JSON.stringify(sections[section](...rest)) + "\n");
