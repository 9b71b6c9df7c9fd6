// The part of WebAssembly that is used here; the types of Node have none.

/** Memory that several threads may use at once. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: object };
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
};

/** Compiles a module that the build has left as base64 text. Throws where this engine has no 128-bit Wasm. */
export function compileModule(text: string): object {
  return new WebAssembly.Module(bytesOf(text));
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "base64");

/** What a module exports, once it runs. */
export function instantiate(module: object, imports?: object): object {
  return new WebAssembly.Instance(module, imports).exports;
}

/** One page of memory that threads may share, and that may grow. Throws when there is not so much room for addresses. */
export function createSharedMemory(maximum: number): SharedMemory {
  return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
}
