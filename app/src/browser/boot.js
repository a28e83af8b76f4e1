// Starts the page. Its program comes in two parts: the second arrives while the page has nothing to do, or before it
// starts where the server preloads it, because what is taken over needs it. Development builds have one part. If the
// second does not come, whatever needs it asks for it again, and says so.
import * as app from "./app.js";

const ready = app.default({ module_or_path: new URL("./app_bg.wasm", import.meta.url) });
const rest = () => app.rest?.(ready).catch(() => {});
const isNeeded = document.querySelector("link[href$='/app_rest.wasm']") !== null;
if (isNeeded) await rest();
await ready;
app.start();
import("./files.js");

if (!isNeeded) {
  const root = document.documentElement;
  const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));
  // A page that never rests gets it all the same.
  const soon = () => idle(rest, { timeout: 2000 });
  const seen = new MutationObserver(() => {
    seen.disconnect();
    soon();
  });
  if ("hydrated" in root.dataset) soon();
  else seen.observe(root, { attributeFilter: ["data-hydrated"] });
}
