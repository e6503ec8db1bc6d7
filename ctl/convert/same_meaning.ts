/**
 * Whether two texts describe the same service, as far as it can be told without its surroundings.
 */
import {
  type DescriptionFiles,
  type DescriptionSource,
  type Draft,
  readDescription,
  serviceName,
  type UserDatabase,
} from "../../core/description/mod.ts";

/** A text and what it claims to be; both texts are read as if they were the same file. */
export interface Candidate {
  readonly text: string;
  readonly format: "toml" | "native";
}

/** Where both texts are read. */
export interface Place {
  readonly file: string;
  readonly directory: string;
  readonly service: string;
  readonly files: DescriptionFiles;
  readonly users: UserDatabase;
}

/**
 * Compares what two texts mean. "unknown": one of them does not load here, say for want of a user.
 */
export function compareMeaning(
  left: Candidate,
  right: Candidate,
  place: Place,
): "same" | "different" | "unknown" {
  const [first, second] = [left, right].map((candidate) => meaning(candidate, place));
  if (first === undefined || second === undefined) return "unknown";
  return first === second ? "same" : "different";
}

function meaning({ text, format }: Candidate, place: Place): string | undefined {
  const source: DescriptionSource = {
    file: place.file,
    directory: place.directory,
    format,
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
  };
  const read = readDescription(text, {
    // With an argument, so that templates load.
    name: serviceName(`${place.service}@argument`),
    source,
    environment: new Map(),
    users: place.users,
    managerUid: 0,
    files: place.files,
  });
  if (read.kind === "faulty") return undefined;
  return describe(read.draft);
}

/** Everything but the source, and the turns that dependencies of several kinds take. */
function describe({ body, dependencies }: Draft): string {
  const { source: _source, ...rest } = body;
  const byKind = dependencies.map(({ kind, target }) => ({ kind, target }))
    .toSorted((left, right) =>
      `${left.kind} ${left.target.kind}`
        .localeCompare(`${right.kind} ${right.target.kind}`)
    );
  return JSON.stringify({ ...rest, byKind }, plainly);
}

function plainly(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  return value instanceof Map ? [...value] : value;
}
