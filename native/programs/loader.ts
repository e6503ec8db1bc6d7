/**
 * Loads the dynamic loader of the C library, as the kernel would have done, and enters it.
 *
 * The executable names no interpreter to the kernel, so that our own code comes first: it can serve
 * what needs no runtime at all, and say in plain words what is missing where the kernel would say
 * "No such file or directory". What the kernel does for an interpreter is done here then (Linux
 * fs/binfmt_elf.c, load_elf_interp): its segments are mapped, and it is told of the program by the
 * auxiliary vector.
 *
 * Three things that the loader takes for granted, each found by its absence:
 * - behind its data, to the end of the page, all is zero: its first allocations come from there;
 * - the program headers that AT_PHDR names have a PT_INTERP (else an assertion of rtld fails);
 * - their PT_PHDR names their own place (else the program's load address comes out wrong).
 * So AT_PHDR leads to a copy of the headers, {@linkcode HEADERS}, that the build makes.
 */
import {
  add,
  addressOf,
  again,
  and,
  anyBit,
  compare,
  enter,
  failed,
  type Form,
  frame,
  go,
  leave,
  load,
  loop,
  noBit,
  or,
  set,
  shiftLeft,
  store,
  subtract,
  system,
  type Variable,
  variable,
  when,
} from "../forms.ts";

/** Label of the program headers that the loader is to see; the build defines it. */
export const HEADERS = "program headers";
/**
 * Label of the runtime's own entry point, which the loader enters in the end; the build defines it.
 */
export const RUNTIME_ENTRY = "runtime entry";
/** Where the loader's forms go when there is none to load; the including program defines it. */
export const NO_LOADER = "no loader";
/** Label of the loader's path; the including program defines it. */
export const LOADER_PATH = "loader path";

// Linux include/uapi: fcntl.h, asm-generic/mman-common.h; elf(5); include/uapi/linux/auxvec.h.
const AT_FDCWD = -100;
const O_RDONLY_CLOEXEC = 0o2000000;
const [PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC] = [0, 1, 2, 4];
const [MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS] = [2, 0x10, 0x20];
const PT_LOAD = 1;
const [PF_X, PF_W, PF_R] = [1, 2, 4];
const ZEROS = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS;
const [AT_NULL, AT_PHDR, AT_PAGESZ, AT_BASE, AT_ENTRY] = [0, 3, 6, 7, 9];

/** e_entry, e_phoff, e_phnum of the file header; fields of a program header. Source: elf(5). */
const FILE_HEADER = { entry: 24, headersAt: 32, headerCount: 56 } as const;
const HEADER = {
  type: 0,
  flags: 4,
  offset: 8,
  address: 16,
  fileBytes: 32,
  memoryBytes: 40,
} as const;
const HEADER_BYTES = 56;
const ELF_MAGIC = 0x464c457f;

/**
 * What is read of the loader's file: its header and, right behind it in every build of glibc, its
 * program headers.
 */
const READ_BYTES = 64 + 16 * HEADER_BYTES;
/** Memory on the stack that the forms need. */
export const LOADER_FRAME_BYTES = READ_BYTES;

const result = variable("result");
const file = variable("file");
const base = variable("base");
const header = variable("header");
const left = variable("left");
const start = variable("start");
const end = variable("end");
const protection = variable("protection");
const flags = variable("flags");
const offset = variable("offset");
const vector = variable("vector");
const kind = variable("kind");
const entry = variable("entry");
/** Size of a page less one: 4, 16 or 64 KiB on arm64. */
const pageMask = variable("page mask");

/** For the including program's list. */
export const LOADER_VARIABLES: readonly Variable[] = [
  ...[result, start, end, header, left, base, file, protection, flags, offset],
  ...[vector, kind, entry, pageMask],
];

/**
 * @param stack Holds the stack pointer as the kernel gave it: argument count, arguments,
 *   environment, auxiliary vector lie there.
 */
export function loadAndEnter(stack: Variable): readonly Form[] {
  return [
    ...findAuxiliaryVector(stack),
    ...eachAuxiliaryValue("page size", [[AT_PAGESZ, load(8, pageMask, start, 8)]]),
    subtract(pageMask, 1),
    system("openat", [AT_FDCWD, addressOf(LOADER_PATH), O_RDONLY_CLOEXEC, 0], file),
    when(failed(file), [go(NO_LOADER)]),
    system("pread64", [file, frame(0), READ_BYTES, 0], result),
    when(compare(result, "<", READ_BYTES), [go(NO_LOADER)]),
    load(4, kind, frame(0)),
    when(compare(kind, "!=", ELF_MAGIC), [go(NO_LOADER)]),
    load(8, entry, frame(FILE_HEADER.entry)),
    ...reserve(),
    ...eachSegment(mapSegment()),
    system("close", [file]),
    add(entry, base),
    ...tellLoader(),
    enter(entry, stack, 0),
  ];
}

/** Behind the arguments and the environment, each ended by a null pointer. */
function findAuxiliaryVector(stack: Variable): readonly Form[] {
  return [
    set(vector, stack),
    // The count, as many arguments, the null pointer.
    load(8, kind, vector),
    shiftLeft(kind, 3),
    add(vector, kind),
    add(vector, 16),
    loop("skip environment", [
      load(8, kind, vector),
      add(vector, 8),
      when(compare(kind, "==", 0), [leave("skip environment")]),
    ]),
  ];
}

/** Runs the body for each PT_LOAD of the file, with `header` at its program header. */
function eachSegment(body: readonly Form[]): readonly Form[] {
  return [
    set(header, frame(0)),
    load(8, kind, header, FILE_HEADER.headersAt),
    load(2, left, header, FILE_HEADER.headerCount),
    // What lies behind the part that was read is not looked at: a loader of another make.
    when(compare(kind, "!=", 64), [go(NO_LOADER)]),
    when(compare(left, ">", 16), [go(NO_LOADER)]),
    add(header, 64),
    subtract(header, HEADER_BYTES),
    loop("segments", [
      when(compare(left, "==", 0), [leave("segments")]),
      subtract(left, 1),
      add(header, HEADER_BYTES),
      load(4, kind, header, HEADER.type),
      when(compare(kind, "!=", PT_LOAD), [again("segments")]),
      ...body,
    ]),
  ];
}

/** Address space for all segments, in one piece, that nobody may touch yet. */
function reserve(): readonly Form[] {
  return [
    set(end, 0),
    ...eachSegment([
      load(8, start, header, HEADER.address),
      load(8, kind, header, HEADER.memoryBytes),
      add(start, kind),
      when(compare(start, "above", end), [set(end, start)]),
    ]),
    system("mmap", [0, end, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0], base),
    when(failed(base), [go(NO_LOADER)]),
  ];
}

function mapSegment(): readonly Form[] {
  return [
    load(4, flags, header, HEADER.flags),
    set(protection, 0),
    when(anyBit(flags, PF_R), [or(protection, PROT_READ)]),
    when(anyBit(flags, PF_W), [or(protection, PROT_WRITE)]),
    when(anyBit(flags, PF_X), [or(protection, PROT_EXEC)]),
    // From the page that it begins in.
    load(8, start, header, HEADER.address),
    set(kind, start),
    and(kind, pageMask),
    subtract(start, kind),
    load(8, offset, header, HEADER.offset),
    subtract(offset, kind),
    load(8, end, header, HEADER.fileBytes),
    add(end, kind),
    add(start, base),
    system("mmap", [start, end, protection, MAP_PRIVATE | MAP_FIXED, file, offset], result),
    when(failed(result), [go(NO_LOADER)]),
    add(end, start),
    when(noBit(flags, PF_W), [again("segments")]),
    ...clearBehind(),
  ];
}

/** Behind what came from the file: zeros to the end of its page, and pages of zeros to the end. */
function clearBehind(): readonly Form[] {
  return [
    // Where the segment ends in memory.
    load(8, offset, header, HEADER.address),
    load(8, kind, header, HEADER.memoryBytes),
    add(offset, kind),
    add(offset, base),
    loop("clear", [
      set(kind, end),
      and(kind, pageMask),
      when(compare(kind, "==", 0), [leave("clear")]),
      store(1, 0, end),
      add(end, 1),
    ]),
    when(compare(offset, "above", end), [
      subtract(offset, end),
      system("mmap", [end, offset, protection, ZEROS, -1, 0], result),
      when(failed(result), [go(NO_LOADER)]),
    ]),
  ];
}

/** The auxiliary vector says where the loader lies, and what it is to load. */
function tellLoader(): readonly Form[] {
  return eachAuxiliaryValue("tell loader", [
    [AT_BASE, store(8, base, start, 8)],
    [AT_PHDR, store(8, addressOf(HEADERS), start, 8)],
    [AT_ENTRY, store(8, addressOf(RUNTIME_ENTRY), start, 8)],
  ]);
}

/** Each entry is a type and a value; a form is run with `start` at the entry of its type. */
function eachAuxiliaryValue(
  name: string,
  forms: readonly (readonly [type: number, form: Form])[],
): readonly Form[] {
  return [
    set(start, vector),
    loop(name, [
      load(8, kind, start),
      when(compare(kind, "==", AT_NULL), [leave(name)]),
      ...forms.map(([type, form]) => when(compare(kind, "==", type), [form])),
      add(start, 16),
    ]),
  ];
}
