// Where four panels have no room there is one at a time, under tabs; the address says which.
import { expect, open, test } from "./mission";

const iteration = "Iter-Golden-SystemicFailure";
const lenses = ["dde", "bdv", "acc", "convergence"];

test.describe("at 800 px", () => {
  test.use({ viewport: { width: 800, height: 900 } });

  test("one panel is seen, tabs and arrows change it, and Back returns", async ({ page }) => {
    await open(page, `/i/${iteration}`);
    const seen = async () => {
      const shown = await Promise.all(lenses.map((lens) => page.locator(`#${lens}`).isVisible()));
      return lenses.filter((_, at) => shown[at]);
    };
    expect(await seen()).toEqual(["convergence"]);
    const tab = (name: string) => page.getByRole("tab", { name });
    await tab("Behaviour").click();
    await expect(page).toHaveURL(/[?&]panel=bdv/);
    expect(await seen()).toEqual(["bdv"]);
    await expect(tab("Behaviour")).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowRight");
    await expect(tab("Architecture")).toBeFocused();
    expect(await seen()).toEqual(["acc"]);
    await page.keyboard.press("Home");
    await expect(tab("Execution")).toBeFocused();
    await page.keyboard.press("ArrowLeft");
    await expect(tab("Convergence")).toBeFocused();
    // Elsewhere arrows move time; here they do not.
    await expect(page.locator(".chip-live").first()).toHaveAttribute("data-state", "live");
    await page.goBack();
    await expect(page).toHaveURL(/[?&]panel=dde/);
    expect(await seen()).toEqual(["dde"]);
    await page.getByRole("link", { name: "Open in full" }).click();
    await expect(page).toHaveURL(new RegExp(`/i/${iteration}/dde`));
  });
});

test.describe("at 800 px without script", () => {
  test.use({ viewport: { width: 800, height: 900 }, javaScriptEnabled: false });

  test("tabs are links", async ({ page }) => {
    await page.goto(`/i/${iteration}`);
    await page.getByRole("tab", { name: "Architecture" }).click();
    await expect(page).toHaveURL(/[?&]panel=acc/);
    await expect(page.locator("#acc")).toBeVisible();
    await expect(page.locator("#convergence")).toBeHidden();
  });
});

test("with room for four there are no tabs, whatever the address says", async ({ page }) => {
  await open(page, `/i/${iteration}?panel=acc`);
  await expect(page.getByRole("tablist", { name: "Panels" })).toBeHidden();
  for (const lens of lenses) await expect(page.locator(`#${lens}`)).toBeVisible();
});

test("a narrow page offers the one for phones", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `/i/${iteration}`);
  await page.getByRole("link", { name: "The page for phones" }).click();
  await expect(page).toHaveURL(new RegExp(`/m/${iteration}`));
});

test("the matrix says what is under the pointer", async ({ page }) => {
  await open(page, `/i/${iteration}/acc`);
  const matrix = page.locator(".matrix-named svg.matrix");
  const names = await page.locator(".matrix-rows .name").evaluateAll((all) => all.map((name) => name.getAttribute("title")));
  const side = 24;
  await matrix.hover({ position: { x: side * 1.5, y: side * 0.5 } });
  await expect(matrix.locator("title")).toHaveText(new RegExp(`^${names[0]} (uses|does not use) ${names[1]}`));
  await matrix.hover({ position: { x: side * 2.5, y: side * 2.5 } });
  await expect(matrix.locator("title")).toHaveText(names[2]!);
});

test("evidence leads to the events as they were recorded", async ({ page, server }) => {
  await open(page, `/i/${iteration}/dde`);
  await page.locator("#stage a[href*='sel=']").first().click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const link = inspector.locator("a[href*='/events/']").last();
  const event = await (await page.request.get(`${server}${await link.getAttribute("href")}`)).json();
  expect(event.position).toBe(Number(await link.textContent()));
  expect(event.type).toMatch(/^mission\./);
  await expect(inspector).toContainText(`stated by ${event.source}`);
});
