// Every page, in every width and both schemes: complete without script, accessible, inside its frame.
import AxeBuilder from "@axe-core/playwright";
import { expect, hydrated, open, test } from "./mission";

const iteration = "Iter-Golden-SystemicFailure";
const full = [
  "/",
  `/i/${iteration}`,
  ...["dde", "bdv", "acc", "convergence"].map((lens) => `/i/${iteration}/${lens}`),
];
const bare = [`/m/${iteration}`, `/embed/v1/convergence/${iteration}`];

for (const address of [...full, ...bare]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${address} in ${colorScheme} has no accessibility fault`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(address);
      if (!address.startsWith("/m/")) await hydrated(page);
      const found = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      const said = found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}`));
      expect(said).toEqual([]);
    });
  }
  for (const width of [390, 800, 1024, 1440]) {
    test(`${address} fits into ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.goto(address);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      // From 600 px on the four lenses and the scrubber fill the window; only what is in them scrolls.
      const beyond = await page.evaluate(
        () => document.documentElement.scrollHeight - document.documentElement.clientHeight,
      );
      if (address.startsWith("/i/") && width >= 600) expect(beyond).toBeLessThanOrEqual(0);
    });
  }
}

test("the list shows every golden iteration with its verdict", async ({ page }) => {
  await open(page, "/");
  const verdicts: Record<string, RegExp> = {
    AllPass: /deployable/i,
    DesignGap: /design gap/i,
    TechDebt: /tech debt/i,
    PipelineIssue: /pipeline issue/i,
    SystemicFailure: /systemic failure/i,
    Pending: /pending/i,
  };
  for (const [name, verdict] of Object.entries(verdicts)) {
    const row = page.getByRole("row").filter({ hasText: `Iter-Golden-${name}` });
    await expect(row.locator(".chip-verdict")).toHaveText(verdict);
  }
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  for (const address of [...full.slice(1), ...bare]) {
    test(`${address} says the verdict`, async ({ page }) => {
      await page.goto(address);
      await expect(page.locator(".chip-verdict").first()).toHaveText(/systemic failure/i);
    });
  }

  test("lenses and moments are links", async ({ page }) => {
    await page.goto(`/i/${iteration}`);
    await page.getByRole("navigation", { name: "Lenses" }).getByRole("link", { name: "DDE" }).click();
    await expect(page).toHaveURL(new RegExp(`/i/${iteration}/dde`));
    await page.getByRole("link", { name: /previous event/i }).click();
    await expect(page).toHaveURL(/[?&](v|k)=/);
    await expect(page.locator(".chip-verdict").first()).toBeVisible();
  });
});

test("the ribbon is in the first paint and stays when the script takes over", async ({ page, browser, baseURL }) => {
  const still = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const served = await still.newPage();
  const pieces = (shown: typeof page) => shown.locator(".ribbon-piece").evaluateAll((all) => all.map((piece) => piece.getAttribute("title")));
  // Whoever asks first may be served before all changes are found; whoever asks next is not.
  await expect.poll(async () => {
    await served.goto(`/i/${iteration}`);
    return (await pieces(served)).at(-1);
  }).toMatch(/^Systemic failure: HALT from /);
  await open(page, `/i/${iteration}`);
  expect(await pieces(page)).toEqual(await pieces(served));
  await still.close();
});

test("the page for phones calls things by their names", async ({ page }) => {
  await page.goto(`/m/${iteration}`);
  const why = page.getByRole("region", { name: "Why" });
  await expect(why).toContainText("Unit tests of money");
  await expect(why).not.toContainText("unit-money");
  await expect(page.locator("main")).toContainText(/Systemic failure: HALT since \d{4}-/);
  const before = page.getByRole("link", { name: "Verdict change before" });
  await before.click();
  await expect(page.locator(".chip-live")).toHaveAttribute("data-state", "then");
  await before.click();
  await expect(page.locator(".chip-verdict")).toHaveText(/pending/i);
});

test("an unknown iteration is told so", async ({ page, server }) => {
  const answer = await page.request.get(`${server}/i/no-such-iteration`);
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain("no-such-iteration");
});

test("a wrong time falls back with a notice", async ({ page }) => {
  await open(page, `/i/${iteration}?v=yesterdayish`);
  await expect(page.getByRole("alert")).toContainText("yesterdayish");
  await expect(page.locator(".chip-verdict").first()).toBeVisible();
});
