// Bundles the tests by Vite, as Node.js 18 reads no TypeScript, and runs them by Node's own test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const tests = fileURLToPath(new URL("../tests", import.meta.url));
const output = fileURLToPath(new URL("../node_modules/.cache/tests", import.meta.url));
const names = readdirSync(tests).filter((name) => name.endsWith(".test.ts"));

rmSync(output, { recursive: true, force: true });
await build({
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  build: {
    ssr: true,
    outDir: output,
    target: "node18",
    rollupOptions: {
      input: Object.fromEntries(names.map((name) => [name.slice(0, -3), `${tests}/${name}`])),
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
const files = names.map((name) => `${output}/${name.slice(0, -3)}.mjs`);
process.exit(spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1);
