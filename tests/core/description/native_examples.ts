/**
 * Upstream's format to the character: each example is a description's text and what becomes of it.
 * `¶` is a line end, `→` a tab. Results show the arguments behind the program.
 */
import type { FileMap } from "./descriptions.ts";

type Expected = readonly string[] | RegExp;

export interface Example {
  readonly number: number;
  readonly input: string;
  readonly expected: Expected;
  readonly files?: FileMap;
}

export const EXAMPLES: readonly Example[] = [
  { number: 1, input: "command = PROG -a   -b→--c", expected: ["-a", "-b", "--c"] },
  { number: 2, input: "command=PROG -a", expected: ["-a"] },
  { number: 3, input: "→command : PROG -a   ", expected: ["-a"] },
  { number: 4, input: 'command = PROG "two words" one', expected: ["two words", "one"] },
  { number: 5, input: 'command = PROG pre"mid dle"post', expected: ["premid dlepost"] },
  { number: 6, input: 'command = PROG "" end', expected: ["", "end"] },
  { number: 7, input: 'command = PROG two\\ words \\#5 \\"q', expected: ["two words", "#5", '"q'] },
  { number: 8, input: 'command = PROG "say \\"hi\\" \\\\ bye"', expected: ['say "hi" \\ bye'] },
  { number: 9, input: "command = PROG tab\\tend", expected: ["tabtend"] },
  { number: 10, input: "command = PROG 'single quotes'", expected: ["'single", "quotes'"] },
  { number: 11, input: "command = PROG -a # note", expected: ["-a"] },
  { number: 12, input: 'command = PROG -a # say "unclosed', expected: ["-a"] },
  { number: 13, input: "command = PROG -a#1", expected: /^2:18: error: .*set off by whitespace/ },
  { number: 14, input: 'command = PROG "-a#1"', expected: ["-a#1"] },
  { number: 15, input: 'command = PROG "-a"#note', expected: /^2:20: error: .*set off/ },
  { number: 16, input: "command = # todo", expected: /^2:11: error: .*set off/ },
  { number: 17, input: 'command = PROG "open', expected: /^2:16: error: .*quote is not closed/ },
  { number: 18, input: "command = PROG -a \\¶  -b \\¶→-c", expected: ["-a", "-b", "-c"] },
  { number: 19, input: "command = PROG -a\\¶  -b", expected: ["-a", "-b"] },
  { number: 20, input: "command = PROG -a \\¶    # about b \\¶    -b", expected: ["-a", "-b"] },
  { number: 21, input: "command = PROG -a # about a \\¶    -b", expected: ["-a", "-b"] },
  {
    number: 22,
    input: "command = PROG -a \\¶-b",
    expected: /^3:1: error: .*begin with whitespace/,
  },
  { number: 23, input: "command = PROG -a \\¶¶", expected: /^3:1: error: .*begin with whitespace/ },
  { number: 24, input: "command = PROG -a \\¶ ¶", expected: ["-a"] },
  {
    number: 25,
    input: "command = PROG -a \\",
    expected: /^2:1: error: The file ends after a backslash/,
  },
  { number: 26, input: "command = PROG C:\\\\¶nice = 5", expected: ["C:\\"] },
  {
    number: 27,
    input: 'command = PROG "line one\\¶  line two"',
    expected: ["line one\n  line two"],
  },
  { number: 28, input: "command \\¶  = \\¶  PROG -a", expected: ["-a"] },
  { number: 29, input: "# remark \\¶ command = PROG lost¶command = PROG kept", expected: ["kept"] },
  { number: 30, input: "# remark \\¶command = PROG lost", expected: /^3:1: error: .*whitespace/ },
  { number: 31, input: "command = PROG -x¶command = PROG -y", expected: ["-y"] },
  { number: 32, input: 'command = PROG -x¶command += -y "z z"', expected: ["-x", "-y", "z z"] },
  { number: 33, input: "command += PROG -y", expected: ["-y"] },
  {
    number: 34,
    input: "command = PROG¶command + = -y",
    expected: /^3:9: error: This line is no setting/,
  },
  {
    number: 35,
    input: "command = PROG¶working-dir += /tmp",
    expected: /^3:13: error: \+= is not possible for working-dir/,
  },
  { number: 36, input: "Command = PROG", expected: /^2:1: error: Unknown setting "Command"/ },
  { number: 37, input: "2nd = x", expected: /^2:1: error: This line is no setting/ },
  { number: 38, input: "command PROG", expected: /^2:9: error: This line is no setting/ },
  {
    number: 39,
    input: "nice == 3¶command = PROG",
    expected: /^2:7: error: Cannot read nice = = 3: a whole number/,
  },
  { number: 40, input: 'command = PROG¶restart = "n"o', expected: [] },
  {
    number: 41,
    input: 'options: "shares-console unmask-intr"¶command = PROG',
    expected: /^2:10: error: Cannot read "shares-console unmask-intr" in options: allowed are/,
  },
  {
    number: 42,
    input: "command = PROG¶options: unmask-intr¶options: starts-log shares-console",
    expected: [],
  },
  { number: 43, input: "command = PROG -a\r¶# x\r", expected: ["-a"] },
  {
    number: 44,
    input: "command = PROG -a \\\r¶ -b\r",
    expected: /^3:2: error: This line is no setting/,
  },
  {
    number: 45,
    input: 'command = PROG $HUE ${HUE}s $$HUE "$HUE" \\$HUE',
    expected: ["red", "reds", "$HUE", "red", "red"],
  },
  {
    number: 46,
    input: "@include nosuch",
    expected: /^2:10: error: Cannot include "\/d\/nosuch": there is no such file/,
  },
  { number: 47, input: "command = PROG¶@include-opt nosuch", expected: [] },
  {
    number: 48,
    input: "@include part¶command += -z",
    files: { "/d/part": "command = PROG -y\n" },
    expected: ["-y", "-z"],
  },
  { number: 49, input: "@include a b", expected: /^2:10: error: Exactly one path must follow/ },
  { number: 50, input: "@includ part", expected: /^2:1: error: Unknown command "@includ"/ },
  { number: 51, input: 'command = PROG¶@meta anything goes # "here', expected: [] },
  {
    number: 52,
    input: "@include part¶command = PROG¶colour = red",
    files: { "/d/part": "\n\n" },
    expected: /^4:1: error: Unknown setting "colour"/,
  },
  { number: 53, input: "   ¶# note¶   # note¶command = PROG", expected: [] },
];

/**
 * The text of an example; a first line makes it a process service, so that line numbers are one
 * higher.
 */
export function exampleText(input: string): string {
  return "type = process\n" + input.replaceAll("¶", "\n").replaceAll("→", "\t");
}
