// A running `mission demo` for each worker, and a page that fails its test on any console error.
import { test as base, expect, type Page } from "@playwright/test";
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const program =
  process.env.MISSION ?? path.join(path.dirname(fileURLToPath(import.meta.url)), "../../target/debug/mission");

/** Starts the demo on a port the system chooses; resolves with its address once it says it. */
function start(): Promise<{ url: string; process: ChildProcess }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (address) resolve({ url: address[0], process: child });
    };
    child.stdout!.on("data", hear);
    child.stderr!.on("data", hear);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`mission demo ended with ${code}:\n${said}`)));
  });
}

/** What a page must never do: log an error, throw, or fail to load something of ours. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => found.push(`thrown: ${error.message}`));
  return found;
}

export const test = base.extend<{ allowed: RegExp[] }, { server: string }>({
  server: [
    async ({}, use) => {
      const { url, process } = await start();
      await use(url);
      process.removeAllListeners("exit");
      const ended = new Promise((resolve) => process.once("exit", resolve));
      process.kill("SIGTERM");
      await ended;
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ server }, use) => use(server),
  // Complaints a test provokes on purpose.
  allowed: [[], { option: true }],
  page: async ({ page, allowed }, use) => {
    const found = complaints(page);
    await use(page);
    expect(found.filter((line) => !allowed.some((pattern) => pattern.test(line)))).toEqual([]);
  },
});

export { expect };

/** Opens `address` and waits until the browser has folded the log and taken over. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.hasAttribute("data-hydrated"));
}

/** Waits until the second part of the program has come, too: from then on the page asks for nothing by itself. */
export async function whole(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some((entry) => entry.name.endsWith("/app_rest.wasm")),
  );
}

/** Drops files onto the page, as a person's mouse does. */
export async function drop(page: Page, files: { name: string; bytes: string | Buffer }[]): Promise<void> {
  const coded = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString("base64") }));
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, coded);
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

/** Posts CloudEvents as a tool would. */
export async function post(server: string, events: object[]): Promise<any> {
  const response = await fetch(`${server}/api/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/cloudevents-batch+json" },
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
  return response.json();
}

let sent = 0;

/** An event of `kind` in `iteration`, with an id of its own. */
export function event(iteration: string, kind: string, data: object): object {
  sent += 1;
  return {
    specversion: "1.0",
    id: `end2end-${process.pid}-${sent}`,
    source: "end2end",
    type: `mission.${kind}.v1`,
    iteration,
    time: new Date().toISOString(),
    data,
  };
}
