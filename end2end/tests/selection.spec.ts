// One selection across all lenses, by mouse and by keyboard, kept in the address.
import { expect, open, test } from "./mission";

const iteration = "Iter-Golden-DesignGap";

test("a selection shows in the inspector and in the address, and Back undoes it", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  const first = page.locator("#stage a[href*='sel=']").first();
  const name = (await first.innerText()).split("\n")[0].trim();
  await first.click();
  await expect(page).toHaveURL(/[?&]sel=/);
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText(name);
  await page.goBack();
  await expect(page).not.toHaveURL(/[?&]sel=/);
});

test("a selection survives a change of lens", async ({ page }) => {
  await open(page, `/i/${iteration}/dde`);
  await page.locator("#stage a[href*='sel=']").first().click();
  await expect(page).toHaveURL(/[?&]sel=/);
  const selected = new URL(page.url()).searchParams.get("sel");
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/\/bdv/);
  expect(new URL(page.url()).searchParams.get("sel")).toBe(selected);
  await page.keyboard.press("0");
  await expect(page).toHaveURL(new RegExp(`/i/${iteration}\\?`));
});

test("everything is reached with the keyboard alone", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /find/i });
  await expect(field).toBeFocused();
  await field.fill("module");
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);
  for (const [key, lens] of [["1", "dde"], ["2", "bdv"], ["3", "acc"], ["4", "convergence"]]) {
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`/i/${iteration}/${lens}`));
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("\\");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeHidden();
});

test("the palette finds a task and selects it", async ({ page }) => {
  await open(page, `/i/${iteration}/dde`);
  const name = (await page.locator("#stage a[href*='sel=']").first().innerText()).split("\n")[0].trim();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /find/i }).fill(name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]sel=/);
});
