// The scrubber: two clocks, moved by hand, keyboard and play, with no request once the page has loaded.
import type { Page } from "@playwright/test";
import { expect, open, test, whole } from "./mission";

const iteration = "Iter-Golden-LateEvidence";

/** Requests from now on, the live stream's own aside. */
function requests(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url()));
  return seen;
}

test("scrubbing makes no request, changes the page and the address", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  await whole(page);
  await page.waitForLoadState("networkidle");
  const seen = requests(page);
  const slider = page.getByRole("slider", { name: "Time" });
  const before = await slider.getAttribute("aria-valuetext");
  const box = (await slider.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2);
  await page.mouse.down();
  for (let step = 0; step <= 20; step += 1) {
    await page.mouse.move(box.x + box.width * (0.8 - step * 0.03), box.y + box.height / 2);
  }
  await page.mouse.up();
  await expect(slider).not.toHaveAttribute("aria-valuetext", before!);
  await expect(page).toHaveURL(/[?&]v=/);
  for (const key of [",", ",", ".", "[", "]", "ArrowLeft", "Shift+ArrowRight", "k", "k"]) {
    await slider.press(key);
  }
  expect(seen).toEqual([]);
});

test("Home shows the beginning, L goes live again", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  const chip = page.locator(".chip-live").first();
  await expect(chip).toHaveAttribute("data-state", "live");
  await page.keyboard.press("Home");
  await expect(chip).toHaveAttribute("data-state", /then|paused/);
  await expect(page.locator(".chip-verdict").first()).toHaveText(/pending/i);
  await page.keyboard.press("l");
  await expect(chip).toHaveAttribute("data-state", "live");
  await expect(page).not.toHaveURL(/[?&]v=/);
});

test("play moves time by itself and Space stops it", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  await page.keyboard.press("Home");
  const slider = page.getByRole("slider", { name: "Time" });
  const before = await slider.getAttribute("aria-valuetext");
  await page.getByLabel("Speed").selectOption({ label: "event" });
  await page.getByRole("button", { name: "Play" }).click();
  await expect(slider).not.toHaveAttribute("aria-valuetext", before!);
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
});

test("a moment's address shows that moment, and Back returns", async ({ page }) => {
  await open(page, `/i/${iteration}`);
  await page.keyboard.press("[");
  await expect(page).toHaveURL(/[?&]v=/);
  const verdict = (await page.locator(".chip-verdict").first().textContent())!;
  const slider = page.getByRole("slider", { name: "Time" });
  const spoken = await slider.getAttribute("aria-valuetext");
  await open(page, page.url());
  await expect(page.locator(".chip-verdict").first()).toHaveText(verdict);
  await expect(slider).toHaveAttribute("aria-valuetext", spoken!);
});

test("hindsight differs from what was known then", async ({ page }) => {
  // Decided at a quarter to six; hours later a laboratory reported what had failed before.
  await open(page, `/i/${iteration}?v=2026-11-18T17:45:30Z&k=2026-11-18T17:45:30Z`);
  const verdict = page.locator(".chip-verdict").first();
  await expect(page.locator(".chip-live").first()).toHaveAttribute("data-state", "then");
  await expect(verdict).toHaveText(/deployable/i);
  await page.keyboard.press("k");
  await expect(page.locator(".chip-live").first()).toHaveAttribute("data-state", "hindsight");
  await expect(verdict).toHaveText(/design gap/i);
});
