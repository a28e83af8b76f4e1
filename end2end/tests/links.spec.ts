// Links in the inspector: of each the state in a word, the confidence and one sentence, with and without script,
// legible in both schemes and at every width.
import AxeBuilder from "@axe-core/playwright";
import { expect, hydrated, post, test } from "./mission";

const iteration = "links-told";
const address = `/i/${iteration}/convergence?sel=scenario%3Au`;

/** A scenario with a tag that names a requirement, an old version of another, and a link that waits. */
async function tell(server: string): Promise<void> {
  const told = [
    ["requirement", { requirement: "R-1", name: "x" }],
    ["requirement", { requirement: "R-2", name: "z", version: "2" }],
    ["scenario", { scenario: "u", name: "Pay R-1", tags: ["@R-1", "req~R-2~1"] }],
    ["link", { kind: "verifies", from: "scenario:u", to: "contract:gone" }],
    ["requirement", { requirement: "R-1", name: "y" }],
  ] as const;
  const events = told.map(([kind, data], at) => ({
    specversion: "1.0",
    id: `links-${at}`,
    source: "test",
    type: `mission.${kind}.declared.v1`,
    time: `2026-03-02T09:00:0${at}Z`,
    iteration,
    data,
  }));
  expect((await post(server, events)).rejected).toBe(0);
}

/** What must stand there, whoever drew it. */
const said = [
  { state: "covered", text: "scenario u proves requirement R-1 (0.90): Tag @R-1 of scenario u names requirement R-1" },
  { state: "suspect", text: "suspect, because requirement R-1 changed since." },
  { state: "outdated", text: "outdated: made against an older version." },
  { state: "orphaned", text: "orphaned: an end of it is not there." },
];

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test.use({ javaScriptEnabled });
    test("every link of the selection says its state and explains itself", async ({ page, server }) => {
      await tell(server);
      await page.goto(address);
      if (javaScriptEnabled) await hydrated(page);
      const links = page.locator(".why-list > li");
      await expect(links).toHaveCount(3);
      for (const { state, text } of said) {
        const link = links.filter({ hasText: text });
        await expect(link).toHaveCount(1);
        await expect(link.locator(`.link-state[data-state="${state}"]`)).toHaveText(state);
      }
      await expect(links.first().locator(".confidence")).toHaveText("0.90");
    });
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test(`links are legible in ${colorScheme} at ${width} px`, async ({ page, server }, info) => {
      await tell(server);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.goto(address);
      await hydrated(page);
      const list = page.locator(".why-list").first();
      await list.scrollIntoViewIfNeeded();
      await expect(list).toBeVisible();
      const found = await new AxeBuilder({ page }).include(".inspector-body").withTags(["wcag2a", "wcag2aa"]).analyze();
      expect(found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}`))).toEqual([]);
      const wider = await list.evaluate((all) => all.scrollWidth - all.clientWidth);
      expect(wider).toBeLessThanOrEqual(0);
      await info.attach("links", { body: await page.screenshot(), contentType: "image/png" });
    });
  }
}
