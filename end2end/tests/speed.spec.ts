// Budgets: hydrated within two seconds on a processor four times slower; a first transfer of at most 350 KiB.
import { expect, hydrated, test } from "./mission";

const iteration = "Iter-Golden-AllPass";

test("hydrated within 2 s with a 4 times slower processor", async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  // Once at full speed, so that the server has the answer ready as it has for everybody but the first.
  await page.goto(`/i/${iteration}`);
  await hydrated(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const loads: number[] = [];
  for (let load = 0; load < 3; load++) {
    await session.send("Network.clearBrowserCache");
    await page.goto(`/i/${iteration}`);
    await hydrated(page);
    loads.push(await page.evaluate(() => performance.getEntriesByName("hydrated")[0]?.startTime ?? Infinity));
  }
  // Whatever else the machine does only ever adds to it, so the quickest is what the page takes.
  const millis = Math.min(...loads);
  console.log(`hydrated after ${millis.toFixed(0)} ms, the quickest of ${loads.map((load) => load.toFixed(0)).join(", ")}`);
  expect(millis).toBeLessThanOrEqual(2000);
});

test("the first transfer of script, wasm and style is at most 350 KiB", async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.clearBrowserCache");
  const urls = new Map<string, string>();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
  // Bodies as they travel, compressed; headers are not part of the promise.
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId) ?? "";
    // The second part comes after the page has been taken over: parts.spec.ts asserts that.
    if (/\.(js|wasm|css)(\?|$)/.test(url) && !url.endsWith("/app_rest.wasm")) bytes += encodedDataLength;
  });
  await page.goto(`/i/${iteration}`);
  await hydrated(page);
  const first = bytes;
  console.log(`first transfer ${first} B`);
  expect(first).toBeGreaterThan(10_000);
  expect(first).toBeLessThanOrEqual(350 * 1024);
});
