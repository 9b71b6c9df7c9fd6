// The part of WebAssembly that is used here. Node's types do not declare it.

/** Memory that several threads can use at once. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: object };
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
};

/** Compiles a module that the build wrote as base64 text. Throws if this engine has no 128-bit Wasm. */
export function compileModule(text: string): object {
  return new WebAssembly.Module(bytesOf(text));
}

const bytesOf = (text: string) => Buffer.from(text, "base64");

/** Runs a module and returns its exports. */
export function instantiate(module: object, imports?: object): object {
  return new WebAssembly.Instance(module, imports).exports;
}

/** Creates one page of memory that threads can share and that can grow. Throws if there is not enough address space. */
export function createSharedMemory(maximum: number): SharedMemory {
  return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
}
