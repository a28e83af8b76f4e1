// Files of other tools, dropped or chosen, are read by the page alone: no request leaves it.
import { expect, hydrated, open, test, whole } from "./mission";
import type { Page } from "@playwright/test";

const junit = `<testsuites><testsuite name="pay"><testcase classname="pay" name="by card" time="0.5"/>
<testcase classname="pay" name="refund" time="0.1"><failure message="no money">boom</failure></testcase>
</testsuite></testsuites>`;
const dot = "digraph { web -> core; core -> web; core -> store }";

/** Drops files onto the page, as a person's mouse does. */
async function drop(page: Page, files: { name: string; text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, text } of files) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

test("a dropped file opens in the browser alone, and others add to it", async ({ page }) => {
  await open(page, "/i/Iter-Golden-AllPass");
  await drop(page, [{ name: "junit.xml", text: junit }]);
  await expect(page.getByText("junit.xml: junit, 2 read, 2 used")).toBeVisible();
  await expect(page.locator(".chip-live").first()).toContainText("FILES");
  await expect(page).toHaveURL(/\/i\/dropped-files/);
  await whole(page);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await drop(page, [{ name: "modules.dot", text: dot }, { name: "photo.png", text: "\u0089PNG" }]);
  await expect(page.getByText("modules.dot: dot, 6 read, 6 used")).toBeVisible();
  await expect(page.getByText("photo.png: refused, nothing of it counts")).toBeVisible();
  await page.getByRole("link", { name: /ACC/ }).first().click();
  await expect(page.getByText("store").first()).toBeVisible();
  await page.getByRole("link", { name: /BDV/ }).first().click();
  await expect(page.getByText("refund").first()).toBeVisible();
  expect(asked).toEqual([]);
});

test("the list opens files by a button, for people without a mouse", async ({ page }) => {
  await open(page, "/");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open files" }).press("Enter");
  await (await chooser).setFiles([{ name: "junit.xml", mimeType: "text/xml", buffer: Buffer.from(junit) }]);
  await expect(page.getByText("junit.xml: junit, 2 read, 2 used")).toBeVisible();
  await expect(page.getByText("refund").first()).toBeVisible();
  await page.goBack();
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "Iterations" })).toBeVisible();
});

test.describe("after a reload", () => {
  test.use({ allowed: [/404/] });
  test("the page says that files are gone", async ({ page }) => {
    await page.goto("/i/dropped-files");
    await expect(page.getByText("drop them again")).toBeVisible();
  });
});
