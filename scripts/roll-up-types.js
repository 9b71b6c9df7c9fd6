import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

/**
 * Writes the types of the library into one file. tsc declares each module, and API Extractor joins what is exported.
 */
export function rollUpTypes(outfile) {
  const folder = mkdtempSync(join(tmpdir(), "qkv-types-"));
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", folder];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
  const entry = join(folder, "index.d.ts");
  const configObject = {
    projectFolder: resolve("."),
    mainEntryPointFilePath: entry,
    compiler: { overrideTsconfig: { ...readJson("tsconfig.json"), include: [], files: [entry] } },
    dtsRollup: { enabled: true, untrimmedFilePath: resolve(outfile) },
    messages: { extractorMessageReporting: { default: { logLevel: "none" } } },
  };
  const config = ExtractorConfig.prepare({ configObject, packageJsonFullPath: resolve("package.json") });
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: keepToErrors });
  rmSync(folder, { recursive: true });
  if (!succeeded) throw new Error(`no types were written to ${outfile}`);
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

function keepToErrors(message) {
  message.handled = message.logLevel !== "error" && message.logLevel !== "warning";
}
