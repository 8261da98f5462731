// The package has types for its own entry points only; these are those of the emscripten module underneath, with the little
// of WebAssembly that loading it needs (the server is compiled without the types of the DOM, which hold the rest).

declare namespace WebAssembly {
  interface Module {
    readonly exports?: never;
  }
  interface Instance {
    readonly exports: object;
  }
  const Instance: new (module: Module, imports: object) => Instance;
  function compile(bytes: Uint8Array): Promise<Module>;
}

declare module 'libpg-query/wasm/libpg-query.js' {
  export interface PgQueryModule {
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, maxBytes: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: 'i32'): number;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
  }

  export interface Options {
    /** Gives `receive` an instance made with `imports`. */
    instantiateWasm(imports: object, receive: (instance: WebAssembly.Instance) => void): object;
  }

  export default function factory(options: Options): Promise<PgQueryModule>;
}
