// What tools post appears on open pages by itself.
import { event, expect, open, post, test } from "./mission";

test("a task that is posted appears on the open page without reload", async ({ page, server }) => {
  const iteration = "End2end-Live";
  await post(server, [event(iteration, "task.declared", { task: "build", name: "Build the thing" })]);
  await open(page, `/i/${iteration}/dde`);
  await expect(page.getByText("Build the thing").first()).toBeVisible();
  await page.evaluate(() => ((window as any).stayed = true));
  await post(server, [
    event(iteration, "task.declared", { task: "deploy", name: "Deploy the thing", depends_on: ["build"] }),
    event(iteration, "task.started", { key: "deploy", run: "r1" }),
  ]);
  await expect(page.getByText("Deploy the thing").first()).toBeVisible();
  expect(await page.evaluate(() => (window as any).stayed)).toBe(true);
});

test("a paused page stays as it is and counts what is new", async ({ page, server }) => {
  const iteration = "End2end-Paused";
  await post(server, [event(iteration, "task.declared", { task: "one", name: "First task" })]);
  await open(page, `/i/${iteration}/dde`);
  await page.keyboard.press("Space");
  const chip = page.locator(".chip-live").first();
  await expect(chip).not.toHaveAttribute("data-state", "live");
  await post(server, [event(iteration, "task.declared", { task: "two", name: "Second task" })]);
  await expect(chip).toContainText(/1/);
  await expect(page.getByText("Second task")).toHaveCount(0);
  await page.keyboard.press("l");
  await expect(page.getByText("Second task").first()).toBeVisible();
});

test("a new iteration appears in the list, and its verdict chip follows", async ({ page, server }) => {
  await open(page, "/");
  const iteration = "End2end-Listed";
  await post(server, [event(iteration, "task.declared", { task: "one" })]);
  const row = page.getByRole("row").filter({ hasText: iteration });
  await expect(row.locator(".chip-verdict")).toHaveText(/pending/i, { timeout: 15_000 });
});

test("what has focus is not replaced by an update", async ({ page, server }) => {
  const iteration = "End2end-Focus";
  await post(server, [event(iteration, "task.declared", { task: "kept", name: "Kept in focus" })]);
  await open(page, `/i/${iteration}/dde`);
  const link = page.getByRole("link", { name: /Kept in focus/ }).first();
  await link.focus();
  await post(server, [
    event(iteration, "task.started", { key: "kept", run: "r1" }),
    event(iteration, "task.declared", { task: "later", name: "Came later" }),
  ]);
  await expect(page.getByText("Came later").first()).toBeVisible();
  await expect(link).toBeFocused();
});
