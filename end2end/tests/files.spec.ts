// Files of other tools, dropped or chosen, are read by the page alone: no request leaves it.
import { drop, expect, hydrated, open, test, whole } from "./mission";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

const junit = `<testsuites><testsuite name="pay"><testcase classname="pay" name="by card" time="0.5"/>
<testcase classname="pay" name="refund" time="0.1"><failure message="no money">boom</failure></testcase>
</testsuite></testsuites>`;
const dot = "digraph { web -> core; core -> web; core -> store }";

test("a dropped file opens in the browser alone, and others add to it", async ({ page }) => {
  await open(page, "/i/Iter-Golden-AllPass");
  await drop(page, [{ name: "junit.xml", bytes: junit }]);
  await expect(page.getByText("junit.xml: junit, 2 read, 2 used")).toBeVisible();
  await expect(page.locator(".chip-live").first()).toContainText("FILES");
  await expect(page).toHaveURL(/\/i\/dropped-files/);
  await whole(page);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await drop(page, [{ name: "modules.dot", bytes: dot }, { name: "photo.png", bytes: "\u0089PNG" }]);
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

test("a file packed by gzip is unpacked; one that breaks off, or packed by zstd, says what to do", async ({ page }) => {
  await open(page, "/i/Iter-Golden-AllPass");
  const whole = gzipSync(junit);
  await drop(page, [
    { name: "junit.xml.gz", bytes: whole },
    { name: "half.xml.gz", bytes: whole.subarray(0, whole.length / 2) },
    { name: "junit.xml.zst", bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]) },
  ]);
  await expect(page.getByText("junit.xml.gz: junit, 2 read, 2 used")).toBeVisible();
  // The last report to come: what is opened before it is closed by it.
  await expect(page.getByText("junit.xml.zst: refused")).toBeVisible();
  for (const [name, why] of [["half.xml.gz", "not whole gzip"], ["junit.xml.zst", "packed by zstd: unpack it first"]]) {
    await page.getByText(`${name}: refused`).click();
    await expect(page.getByText(why!)).toBeVisible();
  }
});

test("a feature within a dropped folder is known by its path there, one dropped alone by its name", async ({ page }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mission-drop-"));
  const features = path.join(folder, "features");
  fs.mkdirSync(path.join(features, "quay"), { recursive: true });
  const file = path.join(features, "quay/dock.feature");
  fs.writeFileSync(file, "Feature: docking\n  Scenario: moor\n    Given a ship\n");
  await open(page, "/i/Iter-Golden-AllPass");
  const session = await page.context().newCDPSession(page);
  const dropped = async (path: string) => {
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await session.send("Input.dispatchDragEvent", { type, x: 700, y: 300, data });
    }
  };
  await dropped(features);
  await expect(page.getByText("features/quay/dock.feature: gherkin, 1 read, 1 used")).toBeVisible();
  await dropped(file);
  await page.getByText(/^dock.feature: gherkin, 1 read, 1 used/).click();
  await expect(page.getByText("known as dock.feature, without a folder")).toBeVisible();
  fs.rmSync(folder, { recursive: true });
});

test("after the reader has broken, the next file is read by a new one that goes on behind the last", async ({ page }) => {
  await open(page, "/i/Iter-Golden-AllPass");
  await drop(page, [{ name: "junit.xml", bytes: junit }]);
  await expect(page.getByText("junit.xml: junit, 2 read, 2 used")).toBeVisible();
  await page.workers()[0]!.evaluate(async () => {
    const { Reader } = await import(new URL("./reader.js", location.href).href);
    Reader.prototype.read = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
  });
  await drop(page, [{ name: "trap.xml", bytes: junit }, { name: "again.xml", bytes: junit }, { name: "m.dot", bytes: dot }]);
  await expect(page.getByText("trap.xml: refused, nothing of it counts")).toBeVisible();
  await expect(page.getByText("again.xml: junit, 2 read, 0 used, 2 there already")).toBeVisible();
  await expect(page.getByText("m.dot: dot, 6 read, 6 used")).toBeVisible();
  await page.getByRole("link", { name: /ACC/ }).first().click();
  await expect(page.getByText("store").first()).toBeVisible();
});

test.describe("without the server", () => {
  test.use({ allowed: [/reader/, /ERR_FAILED/] });
  for (const part of ["reader_bg.wasm", "reader.js"]) {
    test(`a reader whose ${part} does not come is fetched again for the next file`, async ({ page }) => {
      await open(page, "/i/Iter-Golden-AllPass");
      await page.context().route(`**/${part}`, (route) => route.abort(), { times: 1 });
      await drop(page, [{ name: "first.xml", bytes: junit }]);
      await expect(page.getByText("first.xml: refused, nothing of it counts")).toBeVisible();
      await drop(page, [{ name: "second.xml", bytes: junit }]);
      await expect(page.getByText("second.xml: junit, 2 read, 2 used")).toBeVisible();
    });
  }
});

test.describe("after a reload", () => {
  test.use({ allowed: [/404/] });
  test("the page says that files are gone", async ({ page }) => {
    await page.goto("/i/dropped-files");
    await expect(page.getByText("drop them again")).toBeVisible();
  });
});
