import {
  adds,
  type DescribedOption,
  type Draft,
  ends,
  type Grammar,
  keeps,
  optionIn,
  type OptionRow,
  optionUsage,
  readWords,
  sets,
} from "../../../core/program/command_line.ts";
import { CHECK_OPTIONS } from "../../../ctl/check/options.ts";
import { CONVERT_OPTIONS } from "../../../ctl/convert/options.ts";
import { MONITOR_OPTIONS } from "../../../ctl/monitor/options.ts";
import { SHUTDOWN_OPTIONS } from "../../../ctl/shutdown/options.ts";
import { DAEMON_OPTIONS } from "../../../daemon/start/options.ts";
import { assertEquals } from "../../assert.ts";

interface Visit {
  readonly isQuiet: boolean;
  readonly place: string | undefined;
  readonly guests: readonly string[];
  readonly names: readonly string[];
}

const ROWS: readonly OptionRow<Draft<Visit>, string>[] = [
  { names: ["-q", "--quiet"], help: "say nothing", take: sets("isQuiet", true) },
  { names: ["--loud"], help: "say all", take: sets("isQuiet", false) },
  { names: ["-p", "--place"], argument: "PLACE", help: "go to PLACE", take: keeps("place") },
  { names: ["-g"], argument: "GUEST", help: "take GUEST with you", take: adds("guests") },
  { names: ["--help"], help: "print this help", take: ends("help") },
];

const GRAMMAR: Grammar<Draft<Visit>, string> = {
  option: optionIn(ROWS),
  operand: adds("names"),
  fault: (fault) => Object.values(fault).join(" "),
};

function read(words: readonly string[], grammar = GRAMMAR) {
  const draft: Draft<Visit> = { isQuiet: false, place: undefined, guests: [], names: [] };
  return { end: readWords(words, draft, grammar), ...draft };
}

const NOTHING = { end: undefined, isQuiet: false, place: undefined, guests: [], names: [] };

Deno.test("an option that does nothing, or takes the wrong thing, does not compile", () => {
  const rows: readonly OptionRow<Draft<Visit>, string>[] = [
    // @ts-expect-error -- it does not say what it does
    { names: ["--idle"], help: "do nothing" },
    // @ts-expect-error -- no such field
    { names: ["--alone"], help: "go alone", take: sets("isAlone", true) },
    // @ts-expect-error -- a text is no place for a truth
    { names: ["--far"], help: "go far", take: sets("place", true) },
    // @ts-expect-error -- there is no argument to keep
    { names: ["--near"], help: "stay near", take: keeps("place") },
  ];
  assertEquals(rows.length, 4);
});

Deno.test("readWords() takes options anywhere among the operands, the last one counts", () => {
  assertEquals(read(["a", "-q", "b", "--place", "x", "--loud", "-p", "y", "c"]), {
    ...NOTHING,
    place: "y",
    names: ["a", "b", "c"],
  });
  assertEquals(read(["-g", "x", "-g", "y"]), { ...NOTHING, guests: ["x", "y"] });
});

Deno.test("readWords() takes what follows an option as its argument, whatever it is", () => {
  assertEquals(read(["-p", "--help"]), { ...NOTHING, place: "--help" });
});

Deno.test("readWords() has no bundles, no values after = and no --", () => {
  for (const word of ["-qp", "--place=x", "--", "-", "--plac", "--Quiet"]) {
    assertEquals(read([word, "a"]), { ...NOTHING, end: `unknown-option ${word}` });
  }
});

Deno.test("readWords() refuses empty words and missing arguments", () => {
  assertEquals(read(["a", "", "b"]), { ...NOTHING, end: "empty", names: ["a"] });
  for (const words of [["-p"], ["-p", ""]]) {
    assertEquals(read(words), { ...NOTHING, end: "no-argument -p PLACE" });
  }
});

Deno.test("readWords() stops at the first word that ends it", () => {
  assertEquals(read(["--help", "--frob"]).end, "help");
  assertEquals(read(["--frob", "--help"]).end, "unknown-option --frob");
});

Deno.test("readWords() passes over ends while the grammar says so", () => {
  const words = ["--frob", "--help", "", "-p", "", "a", "-q", "--frob", "b"];
  assertEquals(read(words, { ...GRAMMAR, passesOver: ({ isQuiet }) => !isQuiet }), {
    ...NOTHING,
    end: "unknown-option --frob",
    isQuiet: true,
    names: ["a"],
  });
});

Deno.test("readWords() asks for options by what was read before", () => {
  const grammar: Grammar<Draft<Visit>, string> = {
    ...GRAMMAR,
    option: (word, draft) => draft.names.length > 0 ? GRAMMAR.option(word, draft) : undefined,
  };
  assertEquals(read(["-q"], grammar).end, "unknown-option -q");
  assertEquals(read(["a", "-q"], grammar), { ...NOTHING, isQuiet: true, names: ["a"] });
});

Deno.test("optionUsage() names all spellings and the argument", () => {
  assertEquals(ROWS.slice(1, 3).map(optionUsage), ["--loud", "-p, --place PLACE"]);
});

Deno.test("no table gives one spelling to two options", () => {
  const tables: Readonly<Record<string, readonly DescribedOption[]>> = {
    dinit: DAEMON_OPTIONS,
    "dinit-check": CHECK_OPTIONS,
    "dinit-convert": CONVERT_OPTIONS,
    "dinit-monitor": MONITOR_OPTIONS,
    shutdown: SHUTDOWN_OPTIONS,
  };
  for (const [program, rows] of Object.entries(tables)) {
    const names = rows.flatMap((row) => row.names);
    assertEquals(names.length, new Set(names).size, program);
  }
});
