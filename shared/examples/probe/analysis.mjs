// Times what the probe analyses: `node analysis.mjs WASM SECTION ARGUMENT…` prints measurements as JSON.
// A section is a function here and a file of Rust beside it. No dependencies.
import { load, percentiles } from "./probe.mjs";

const [wasm, section, ...rest] = process.argv.slice(2);
const probe = await load(wasm);

// The architecture lens over made-up modules: `architecture SHAPE MODULES IMPORTS`.
function architecture(shape, modules, imports) {
  probe.architecture_build(["layered", "random"].indexOf(shape), Number(modules), Number(imports));
  const repeat = shape === "layered" ? 20 : 3;
  return {
    imports: probe.architecture_imports(),
    largest: probe.architecture_largest(),
    full: percentiles(() => probe.architecture_full(), repeat),
    components: percentiles(() => probe.architecture_components(), repeat),
    petgraph: percentiles(() => probe.architecture_petgraph(), repeat),
  };
}

const sections = { architecture };
if (!(section in sections)) {
  throw new Error(`usage: analysis.mjs WASM ${Object.keys(sections).join("|")} ARGUMENT…`);
}
process.stdout.write(JSON.stringify(sections[section](...rest)) + "\n");
