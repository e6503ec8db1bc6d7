/**
 * Pieces of a manual page in mdoc(7): text, lists, sections, each as complete lines.
 *
 * Prose is written with `backquotes` round what a person types; each sentence gets a line of its
 * own, as mandoc's lint wants it.
 */

/** A page, without its dates and names of systems. */
export interface ManualPage {
  readonly name: string;
  readonly section: 5 | 8;
  /** Further names of the same program. */
  readonly otherNames?: readonly string[];
  /** Completes "NAME – …". */
  readonly summary: string;
  /** Complete lines from the synopsis on. */
  readonly body: string;
}

/**
 * Date in all pages, to be changed with their texts: a date of today would make every build differ.
 */
const DATE = "November 22, 2026";

/** Longest line of text, in characters. */
const WIDTH = 78;

/** The whole page as a file. */
export function pageText(page: ManualPage): string {
  const names = [page.name, ...page.otherNames ?? []];
  return [
    '.\\" Made by tools/generate.ts. Do not edit.',
    `.Dd ${DATE}`,
    `.Dt ${page.name.toUpperCase()} ${page.section}`,
    ".Os",
    ".Sh NAME",
    ...names.map((name, index) => `.Nm ${name}${index < names.length - 1 ? " ," : ""}`),
    `.Nd ${page.summary}`,
    page.body.trimEnd(),
  ].join("\n") + "\n";
}

/** A section with its heading. Text after a list or an example begins a paragraph. */
export function section(title: string, ...parts: readonly string[]): string {
  let text = `.Sh ${title}\n`;
  for (const part of parts) {
    const followsBlock = /\n\.E[ld]\n$/.test(text);
    text += followsBlock && !part.startsWith(".") ? `.Pp\n${part}` : part;
  }
  return text;
}

/** A part of a section. */
export function subsection(title: string, ...parts: readonly string[]): string {
  return `.Ss ${escapeText(title)}\n${parts.join("")}`;
}

/** Paragraphs with space between them. */
export function paragraphs(...texts: readonly string[]): string {
  return texts.map(prose).join(".Pp\n");
}

/** A tagged list: what is typed, and what it means. */
export function definitions(
  items: readonly { readonly term: string; readonly text: string }[],
): string {
  if (items.length === 0) return "";
  const lines = items.map(({ term, text }) => `.It ${term}\n${prose(text)}`);
  return `.Bl -tag -width Ds\n${lines.join("")}.El\n`;
}

/** Text set as it is. */
export function literal(text: string): string {
  const lines = text.split("\n").map((line) => guard(line.replaceAll("\\", "\\e")));
  return `.Bd -literal -offset indent\n${lines.join("\n")}\n.Ed\n`;
}

/**
 * `.Fl s , Fl -system Ar NAME` of an option's spellings; upstream's long options have two dashes.
 */
export function optionTerm(row: {
  readonly names: readonly string[];
  readonly argument?: string;
}): string {
  const spellings = row.names.map((name) => `Fl ${escapeText(name.slice(1))}`).join(" , ");
  if (row.argument === undefined) return spellings;
  const choice = /^\[(.*)\]$/.exec(row.argument)?.[1];
  return choice === undefined ? `${spellings} Ar ${row.argument}` : `${spellings} Op Ar ${choice}`;
}

/** Sentences, each on its own line, with what is typed in bold. */
export function prose(text: string): string {
  const sentences = text.split(/(?<=[.:?]\)?) (?=[A-Z`"(])/);
  return sentences.map((sentence) => wrapped(inline(sentence))).join("");
}

/** Lines of at most {@link WIDTH} characters; a line end is a blank to roff. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => guard(part) + "\n").join("");
}

function inline(text: string): string {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? escapeText(part) : `\\fB${typed(part)}\\fR`
  ).join("");
}

/** Blanks in a row count in what is typed. */
function typed(text: string): string {
  return escapeText(text).replaceAll("-", "\\-")
    .replace(/ {2,}/g, (blanks) => "\\~".repeat(blanks.length));
}

/**
 * Characters that roff would take for its own. The name of a system would be a macro on a line of
 * its own, which a sentence has no place for: mandoc's lint looks for the whole word.
 */
export function escapeText(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("…", "...").replaceAll("–", "\\(en")
    .replaceAll("FreeBSD", "Free\\&BSD");
}

/** A line of text must not look like a request. */
function guard(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
