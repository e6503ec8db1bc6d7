/**
 * Maps the parts of the program (`parts_place.ts`), so that TypeScript finds them in memory.
 *
 * From the file that is running, which may have been replaced at its path meanwhile: a manager that
 * was updated loads the parts that belong to it.
 */
import {
  addressOf,
  compare,
  data,
  type Form,
  go,
  load,
  system,
  type Variable,
  variable,
  when,
} from "../forms.ts";
import type { Texts } from "../texts.ts";
import { PARTS_PLACE } from "./parts_place.ts";

// Linux include/uapi: fcntl.h, asm-generic/mman-common.h, linux/mman.h.
const AT_FDCWD = -100;
const O_RDONLY_CLOEXEC = 0o2000000;
const PROT_READ = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED_NOREPLACE = 0x100000;

const MARK = "mark of the parts' place";
const WORDS = "the parts' place";

const NO_PARTS_MESSAGE = "dinit: Cannot map the program's own file from /proc/self/exe: " +
  "make it readable for this user\n";

const result = variable("parts");
const file = variable("file of the parts");
const begin = variable("begin of the parts");
const length = variable("length of the parts");

/** For the including program's list. */
export const PARTS_VARIABLES: readonly Variable[] = [result, file, begin, length];

/** @param cannotStart Label to go to when the file cannot be mapped, which has been said then. */
export function mapParts(
  { say, cannotStart, texts }: {
    readonly say: (message: string) => Form;
    readonly cannotStart: string;
    readonly texts: Texts;
  },
): readonly Form[] {
  return [
    load(8, begin, addressOf(WORDS)),
    load(8, length, addressOf(WORDS, 8)),
    when(compare(length, "!=", 0), [
      system("openat", [AT_FDCWD, texts.at("/proc/self/exe"), O_RDONLY_CLOEXEC, 0], file),
      system("mmap", [
        ...[PARTS_PLACE.address, length, PROT_READ, MAP_PRIVATE | MAP_FIXED_NOREPLACE],
        ...[file, begin],
      ], result),
      when(compare(result, "!=", PARTS_PLACE.address), [say(NO_PARTS_MESSAGE), go(cannotStart)]),
      system("close", [file]),
    ]),
  ];
}

/** What the build fills in; as it is here, there are no parts. */
export function partsPlace(): readonly Form[] {
  return [
    ...data(MARK, new TextEncoder().encode(PARTS_PLACE.mark)),
    ...data(WORDS, new Uint8Array(PARTS_PLACE.wordsBytes)),
  ];
}
