// Every format, dropped: the page reads what `mission import` reads, and shows what its lenses find there.
import { drop, expect, open, program, test } from "./mission";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../shared/tests/fixtures");
const files = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
const names = files.map((entry) => entry.name).sort();

type Lens = Record<string, { name?: string; id: string }[]>;

/** What the command line makes of a file: its report, and the names each lens finds in it. */
function read(name: string): { line: string; found: Record<string, string[]> } {
  const store = fs.mkdtempSync(path.join(os.tmpdir(), "mission-formats-"));
  const ask = (...words: string[]) => {
    const place = ["--iteration", "dropped-files", "--store", `sqlite:${store}/log.db`, "--json"];
    return JSON.parse(
      execFileSync(program, [...words, ...place], { cwd: folder, env: { ...process.env, HOME: store }, encoding: "utf8" }),
    );
  };
  try {
    const { format, read, accepted } = ask("import", name);
    const of = (lens: string, rows: string) => {
      const all: Lens = ask("lens", lens);
      return (all[rows] ?? []).map((row) => row.name ?? row.id);
    };
    const found = { dde: of("dde", "tasks"), bdv: of("bdv", "scenarios"), acc: of("acc", "modules") };
    return { line: `${name}: ${format}, ${read} read, ${accepted} used`, found };
  } finally {
    fs.rmSync(store, { recursive: true });
  }
}

for (const name of names) {
  test(`${name} opens with its facts`, async ({ page }) => {
    const { line, found } = read(name);
    const lenses = Object.entries(found).filter(([, names]) => names.length);
    expect(lenses.length).toBeGreaterThan(0);
    await open(page, "/");
    await drop(page, [{ name, bytes: fs.readFileSync(path.join(folder, name)) }]);
    await expect(page.getByText(line)).toBeVisible();
    for (const [lens, names] of lenses) {
      await page.getByRole("link", { name: new RegExp(lens, "i") }).first().click();
      await expect(page).toHaveURL(new RegExp(`/i/dropped-files/${lens}`));
      for (const name of names.slice(0, 5)) await expect(page.locator("main")).toContainText(name);
    }
  });
}

test("every format there is has a fixture", () => {
  const help = execFileSync(program, ["import", "--help"], { encoding: "utf8" });
  const formats = /one of ([a-z, \n-]+)/.exec(help)![1]!.split(/,\s*/).map((format) => format.trim());
  const seen = new Set(names.map((name) => / ([a-z-]+),/.exec(read(name).line)![1]));
  expect(formats.length).toBeGreaterThan(15);
  expect(formats.filter((format) => !seen.has(format))).toEqual([]);
});
