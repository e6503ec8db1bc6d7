/**
 * Lists of exit statuses and signals as units have them: numbers, names of statuses, names of
 * signals. Source: systemd.exec(5), "Process Exit Codes".
 */
import { ENDING_SIGNALS } from "../../../system/end_statuses.ts";
import { type Effect, lost } from "../../rows.ts";
import { mapped, type UnitFate } from "./makers.ts";

const STATUSES: Readonly<Record<string, number>> = {
  SUCCESS: 0,
  FAILURE: 1,
  INVALIDARGUMENT: 2,
  NOTIMPLEMENTED: 3,
  NOPERMISSION: 4,
  NOTINSTALLED: 5,
  NOTCONFIGURED: 6,
  NOTRUNNING: 7,
  USAGE: 64,
  DATAERR: 65,
  NOINPUT: 66,
  NOUSER: 67,
  NOHOST: 68,
  UNAVAILABLE: 69,
  SOFTWARE: 70,
  OSERR: 71,
  OSFILE: 72,
  CANTCREAT: 73,
  IOERR: 74,
  TEMPFAIL: 75,
  PROTOCOL: 76,
  NOPERM: 77,
  CONFIG: 78,
};

export function statusList(key: string): UnitFate {
  return mapped(
    `\`${key}\``,
    (value) =>
      value.split(/\s+/).filter((word) => word !== "").map((word): Effect => {
        const status = statusOf(word);
        if (status === undefined) return lost(`${word} is no status that is known`, "some");
        return { kind: "add", key, values: [status] };
      }),
    { needs: [key] },
  );
}

function statusOf(word: string): number | string | undefined {
  if (/^[0-9]{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined;
  const name = word.replace(/^SIG/, "");
  if (word !== name) return ENDING_SIGNALS.find((signal) => signal === name);
  return STATUSES[word.replace(/^EXIT_/, "")] ?? ENDING_SIGNALS.find((signal) => signal === word);
}
