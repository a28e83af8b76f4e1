// The second part of the program, which shares memory and tables with the first: instantiated, it fills the table
// that the first calls it through. Built into app.js by `cargo xtask build`; `wasm` is the first part's exports.
const REST = new URL("./app_rest.wasm", import.meta.url);

/** Fetches the second part beside the first, which is there once `ready` is. */
export async function rest(ready) {
  const module = WebAssembly.compileStreaming(fetch(REST));
  const first = await ready;
  await WebAssembly.instantiate(await module, { first });
}

// Called by the first part when it needs the second at once: somebody was faster than the network. There is no
// way to wait inside WebAssembly, so the page stands still until it is here; text is all that a request that
// blocks may answer, hence a character a byte.
function restAtOnce() {
  const request = new XMLHttpRequest();
  request.open("GET", REST, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error("a part of this page did not come; load the page again");
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { first: wasm });
}
