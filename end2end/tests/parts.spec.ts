// The program's second part: after the page where it can wait, before it where it cannot, at once for who is faster.
import { expect, hydrated, open, test, whole } from "./mission";
import type { Page, Route } from "@playwright/test";

const rest = "**/app_rest.wasm";
const iteration = "Iter-Golden-DesignGap";

/** When the second part was asked for and by what, beside when the page was taken over; milliseconds. */
async function asked(page: Page): Promise<{ by: string; at: number; ended: number; hydrated: number }[]> {
  const read = () => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const mark = performance.getEntriesByName("hydrated")[0]!.startTime;
    return entries
      .filter((entry) => entry.name.endsWith("/app_rest.wasm"))
      .map((entry) => ({ by: entry.initiatorType, at: entry.startTime, ended: entry.responseEnd, hydrated: mark }));
  };
  await whole(page);
  return page.evaluate(read);
}

for (const address of [
  "/",
  ...["AllPass", "Flaky", "Override", "Pending", "SystemicFailure", "TechDebt"].map((name) => `/i/Iter-Golden-${name}`),
  "/i/Iter-Golden-Retries?v=-15m&k=same",
  ...["dde", "bdv", "acc", "convergence"].flatMap((lens) => [`/i/${iteration}/${lens}`, `/embed/v1/${lens}/${iteration}`]),
  "/i/Iter-Golden-TechDebt/acc",
  "/i/Iter-Golden-Rules/acc",
  "/i/Iter-Golden-Flaky/bdv",
  "/i/Iter-Golden-Retries/dde",
]) {
  test(`${address} is taken over without the second part, which comes then`, async ({ page }) => {
    await open(page, address);
    const all = await asked(page);
    expect(all.map(({ by }) => by)).toEqual(["fetch"]);
    expect(all[0].at).toBeGreaterThanOrEqual(all[0].hydrated);
  });
}

test("a selection in the address has the second part before the page is taken over", async ({ page }) => {
  await open(page, `/i/${iteration}?sel=module:crates/money/src/rounding.rs`);
  const all = await asked(page);
  expect(all.map(({ by }) => by)).not.toContain("xmlhttprequest");
  expect(Math.max(...all.map(({ ended }) => ended))).toBeLessThanOrEqual(all[0].hydrated);
});

test("who is faster than the second part waits for it, and loses nothing", async ({ page }) => {
  let held: Route | undefined;
  await page.route(rest, (route) => {
    if (held) return route.continue();
    held = route;
    return undefined;
  });
  await open(page, `/i/${iteration}`);
  await expect.poll(() => held !== undefined).toBe(true);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /find/i });
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await page.locator("#stage a[href*='sel=']").first().click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("Linked because");
  expect((await asked(page)).map(({ by }) => by)).toContain("xmlhttprequest");
  // The one that was late fills the table once more, and nothing changes.
  await held!.continue();
  await expect.poll(async () => (await asked(page)).map(({ by }) => by).sort()).toEqual(["fetch", "xmlhttprequest"]);
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
});

test.describe("without the second part", () => {
  test.use({ allowed: [/app_rest\.wasm/] });
  test("the page asks again when it is needed", async ({ page }) => {
    let refused = 0;
    await page.route(rest, (route) => {
      refused += 1;
      return refused === 1 ? route.abort() : route.continue();
    });
    await page.goto(`/i/${iteration}`);
    await hydrated(page);
    await expect.poll(() => refused).toBe(1);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: /find/i })).toBeFocused();
  });
});
