import { spawn } from "node:child_process";
import { QKV } from "./spawn-cli.js";

/** A file of a message. */
export type NamedBytes = readonly [name: string, bytes: Uint8Array];

/** An answer of `qkv serve`, with its files by name. */
export interface Answer {
  readonly header: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Makes the bytes of a message, as docs/reference/serve.md says. */
export function message(header: string | object, files: readonly NamedBytes[] = []): Buffer {
  const lengths = files.map(([name, bytes]) => [name, bytes.length]);
  const text = Buffer.from(
    typeof header === "string" ? header : JSON.stringify({ ...header, files: lengths }),
  );
  const body = Buffer.concat(files.map(([, bytes]) => bytes));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(body.length, 4);
  return Buffer.concat([prefix, text, body]);
}

/** Parses answers from bytes. */
export function answersIn(bytes: Buffer): readonly Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [headerBytes, bodyBytes] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const header = JSON.parse(bytes.toString("utf8", at + 8, at + 8 + headerBytes));
    let end = at + 8 + headerBytes;
    const files = (header.files as readonly (readonly [string, number])[]).map(([name, length]) => {
      end += length;
      return [name, bytes.subarray(end - length, end)] as const;
    });
    answers.push({ header, files: Object.fromEntries(files) });
    at += 8 + headerBytes + bodyBytes;
  }
  return answers;
}

/** Returns the answers of a serving process to these bytes, sent in pieces of this size. */
export function served(bytes: Buffer, { argv = [] as readonly string[], piece = bytes.length || 1 } = {}) {
  const child = spawn(process.execPath, [QKV, "serve", "--stdio", ...argv]);
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk) => stdout.push(chunk));
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  for (let at = 0; at < bytes.length; at += piece) child.stdin.write(bytes.subarray(at, at + piece));
  child.stdin.end();
  return new Promise<{ status: number | null; answers: readonly Answer[]; stderr: string }>((resolve) => {
    child.on("close", (status) => resolve({ status, answers: answersIn(Buffer.concat(stdout)), stderr }));
  });
}
