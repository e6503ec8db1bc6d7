/**
 * Specifiers (`%i`, `%t`, …) in values. Source: systemd.unit(5), "Specifiers".
 *
 * Those of the unit and of fixed folders are filled in. The instance of a template becomes `$1`
 * where descriptions replace variables, so a dollar sign of the value is doubled there.
 */
import { unescapeUnitName, type UnitName } from "./unit_name.ts";

/**
 * Whether our reader replaces variables in the setting that the text is for; in a command's word
 * dollar signs have been seen to already.
 */
export type Variables = "replaced" | "word" | "literal";

export type Specified =
  | { readonly kind: "text"; readonly text: string }
  /** What cannot be filled in, to follow a colon. */
  | { readonly kind: "fault"; readonly why: string };

export interface SpecifierContext {
  readonly unit: UnitName;
  readonly scope: "system" | "user";
}

const SYSTEM: Readonly<Record<string, string>> = {
  t: "/run",
  S: "/var/lib",
  C: "/var/cache",
  L: "/var/log",
  E: "/etc",
  T: "/tmp",
  V: "/var/tmp",
  h: "/root",
  u: "root",
  U: "0",
  g: "root",
  G: "0",
  s: "/bin/sh",
};

/** Variables that a user's manager inherits. */
const USER: Readonly<Record<string, string>> = {
  t: "${XDG_RUNTIME_DIR}",
  S: "${HOME}/.config",
  C: "${HOME}/.cache",
  L: "${HOME}/.config/log",
  E: "${HOME}/.config",
  T: "/tmp",
  V: "/var/tmp",
  h: "${HOME}",
  u: "${USER}",
  s: "${SHELL}",
};

/** Known only on the machine, when the service starts. */
const OF_MACHINE: Readonly<Record<string, string>> = {
  a: "the architecture",
  A: "the image's version",
  b: "the boot's number",
  B: "the build of the system",
  H: "the host's name",
  l: "the host's name",
  m: "the machine's number (/etc/machine-id)",
  M: "the image's name",
  o: "the system's name",
  q: "the host's pretty name",
  v: "the kernel's release",
  w: "the system's version",
  W: "the system's variant",
  d: "the folder of credentials",
  U: "the user's number",
  g: "the user's group",
  G: "the user's group",
  Y: "the unit's folder",
  y: "the unit's path",
};

/** Fills in all specifiers of a text. */
export function fillSpecifiers(
  text: string,
  { unit, scope }: SpecifierContext,
  variables: Variables,
): Specified {
  let fault: string | undefined;
  const note = (why: string): string => {
    fault ??= why;
    return "";
  };
  const written = variables === "replaced" ? doubled(text) : text;
  const filled = written.replace(/%(.?)/gsu, (whole, letter: string) => {
    const own = ownSpecifier(letter, unit, variables);
    if (own !== undefined) return own.kind === "text" ? own.text : note(own.why);
    if (letter === "%") return "%";
    const folder = scope === "system" ? SYSTEM[letter] : USER[letter];
    if (folder !== undefined) {
      if (!folder.includes("$") || variables !== "literal") return folder;
      return note(`${whole} depends on the user, and the setting knows no variables`);
    }
    const what = OF_MACHINE[letter];
    if (what === undefined) return whole;
    return note(`${whole}, ${what}, is not known here; write it in its place`);
  });
  if (fault !== undefined) return { kind: "fault", why: fault };
  if (variables === "literal") return { kind: "text", text: filled };
  // A digit behind it would belong to the name.
  const pattern = /(?<!\$)((?:\$\$)*)\$1(?=[0-9])/g;
  return { kind: "text", text: filled.replace(pattern, "$1$${1}") };
}

/** A text as our reader takes it where it replaces variables. */
export function doubled(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function ownSpecifier(
  letter: string,
  unit: UnitName,
  variables: Variables,
): Specified | undefined {
  const { full, prefix, instance } = unit;
  const literal = (value: string): Specified => ({
    kind: "text",
    text: variables === "literal" ? value : doubled(value),
  });
  const ofInstance = (change: (value: string) => string, lead = ""): Specified => {
    if (instance === undefined) return literal(lead);
    if (instance !== "") return literal(lead + change(instance));
    if (variables !== "literal") return { kind: "text", text: `${lead}$1` };
    return { kind: "fault", why: `%${letter} is the argument, and the setting knows no variables` };
  };
  const name = full.slice(0, full.lastIndexOf("."));
  switch (letter) {
    case "i":
      return ofInstance((value) => value);
    case "I":
      return ofInstance(unescapeUnitName);
    case "f":
      if (instance === undefined) return literal(`/${unescapeUnitName(prefix)}`);
      return ofInstance(unescapeUnitName, "/");
    case "n":
    case "N": {
      const suffix = letter === "n" ? `.${unit.kind}` : "";
      if (instance !== "") return literal(name + suffix);
      const filled = ofInstance((value) => value, `${prefix}@`);
      return filled.kind === "text" ? { kind: "text", text: filled.text + suffix } : filled;
    }
    case "p":
      return literal(prefix);
    case "P":
      return literal(unescapeUnitName(prefix));
    case "j":
      return literal(prefix.slice(prefix.lastIndexOf("-") + 1));
    case "J":
      return literal(unescapeUnitName(prefix.slice(prefix.lastIndexOf("-") + 1)));
    default:
      return undefined;
  }
}
