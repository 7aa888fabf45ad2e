// What we use of WebAssembly; TypeScript has it in the DOM library only.
declare namespace WebAssembly {
  interface Module {}
  const Module: new (bytes: Uint8Array) => Module;
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(size: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** By pages of 64 KiB; views of the buffer before are then empty. */
    grow(pages: number): number;
  }
  function validate(bytes: Uint8Array): boolean;
}
