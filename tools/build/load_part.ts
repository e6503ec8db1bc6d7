/**
 * Loads a part of the program, in the executable: what `import()` of its module becomes, and
 * `require()` (`program_parts.ts`).
 *
 * As a script and not as a module, because V8 takes a script's code from a cache: reading 600 kB of
 * text to the last line took 16 ms of the 81 from exec until ready, taking them from the cache
 * takes 3. The cache is in the executable, so nobody but the build can have written it; V8 refuses
 * one that another version or other flags made, and then reads the text.
 */
import { Script } from "node:vm";
import { PARTS_PLACE } from "../../native/programs/parts_place.ts";

/**
 * Put in place by the bundler: whether the entry program has mapped the parts. Else they are files
 * that the runtime has.
 */
declare const DINIT_MAPS_PARTS: boolean;

/** A part as it is in the executable. */
interface PartFiles {
  readonly filename: string;
  readonly text: string;
  readonly cachedData: Uint8Array<ArrayBuffer>;
}

/** The part's code, not yet run. @param name As the build named it. */
export function openPart(name: string): Script {
  return compile(read(name));
}

/** Runs the part's first lines. @returns What its module exports. */
export function loadPart(name: string): unknown {
  return openPart(name).runInThisContext();
}

/**
 * The same for those who have other things to do meanwhile. Each call does the next step: reading,
 * taking the code from the cache, running take 2 to 4 ms each where the part is the clients'.
 *
 * @returns The call, which gives what the module exports from the last step on, and undefined
 *   before. One that throws does the same step again.
 */
export function partInSteps(name: string): () => unknown {
  let step: () => unknown = () => {
    const files = read(name);
    step = () => {
      const script = compile(files);
      step = () => {
        const exports = script.runInThisContext();
        step = () => exports;
        return exports;
      };
    };
  };
  return () => step();
}

/** Whether the build made a cache for the part. */
export function hasCodeCache(name: string): boolean {
  return readFile(`${name}.cache`).length > 0;
}

function read(name: string): PartFiles {
  const bytes = readFile(`${name}.js`);
  const text = new TextDecoder().decode(bytes);
  release(bytes);
  // The build always puts one there, empty where it cannot make it: a path that is not in the
  // executable would be looked for in the file system.
  return { filename: `${name}.js`, text, cachedData: readFile(`${name}.cache`) };
}

function compile({ filename, text, cachedData }: PartFiles): Script {
  const options = cachedData.length === 0 ? { filename } : { filename, cachedData };
  const script = new Script(text, options);
  release(cachedData);
  return script;
}

function readFile(name: string): Uint8Array<ArrayBuffer> {
  return DINIT_MAPS_PARTS ? mappedFile(name) : Deno.readFileSync(`${import.meta.dirname}/${name}`);
}

/** The bytes where they are mapped: nothing is copied, and nothing read but what is looked at. */
function mappedFile(name: string): Uint8Array<ArrayBuffer> {
  const mapping = new Deno.UnsafePointerView(
    Deno.UnsafePointer.create(BigInt(PARTS_PLACE.address)) as Deno.PointerObject,
  );
  const list = new Uint8Array(mapping.getArrayBuffer(mapping.getUint32(0), 4));
  const places = JSON.parse(new TextDecoder().decode(list));
  const [begin, length] = places[name];
  // A view of nothing has no address.
  return length === 0 ? new Uint8Array(0) : new Uint8Array(mapping.getArrayBuffer(length, begin));
}

/** Half a megabyte each, which nobody would collect for long; or a view of what is mapped. */
function release({ buffer }: Uint8Array<ArrayBuffer>): void {
  buffer.transfer(0);
}
