/** What a service is called in syslog. */
import type { Value } from "./value.ts";
import { readText } from "./basic.ts";

/** As long as an APP-NAME may be: RFC 5424, 6.2.5. */
const MOST_LENGTH = 48;
/** A tag of the older form ends with a colon or bracket: RFC 3164, 4.1.3. */
const IDENTIFIER = /^[\x21-\x39\x3b-\x5a\x5c\x5e-\x7e]+$/;

/** A word that stands before a line in syslog. */
export const syslogIdentifier: Value<string> = {
  name: "identifier in syslog",
  native: "text",
  schema: { type: "string", minLength: 1, maxLength: MOST_LENGTH },
  read(raw, scope) {
    const value = readText(raw, scope);
    if (value === undefined) return undefined;
    if (value.length > MOST_LENGTH) {
      return scope.fail(`it has ${value.length} characters, ${MOST_LENGTH} are allowed`);
    }
    if (IDENTIFIER.test(value)) return value;
    return scope.fail(
      "allowed are printable characters of ASCII, without blanks, ':', '[' and ']'",
    );
  },
};
