/** The one way to write a calendar expression: that in which systemd prints it. */
import { SECOND_MICROS } from "./civil.ts";
import {
  type CalendarExpression,
  EVERY_WEEKDAY,
  type ValueList,
  WEEKDAY_NAMES,
  type ZoneName,
} from "./expression.ts";

/** As `systemd-analyze calendar` has it. It reads as the same expression. */
export function normalForm(expression: CalendarExpression): string {
  const { weekdays, year, month, day, hour, minute, micros, zone } = expression;
  const days = weekdays === EVERY_WEEKDAY ? "" : `${weekdaysText(weekdays)} `;
  const sign = expression.countsFromMonthEnd ? "~" : "-";
  const date = `${valuesText(year, 4)}-${valuesText(month, 2)}${sign}${valuesText(day, 2)}`;
  const time = `${valuesText(hour, 2)}:${valuesText(minute, 2)}:${secondsText(micros)}`;
  return `${days}${date} ${time}${zoneText(zone)}`;
}

/** Three days or more in a row are a range. */
function weekdaysText(weekdays: number): string {
  const parts: string[] = [];
  let day = 0;
  while (day < WEEKDAY_NAMES.length) {
    if ((weekdays >> day & 1) === 0) {
      day++;
      continue;
    }
    let end = day;
    while ((weekdays >> end + 1 & 1) === 1) end++;
    const names = WEEKDAY_NAMES.slice(day, end + 1);
    if (names.length > 2) parts.push(`${names[0]}..${names.at(-1)}`);
    else parts.push(...names);
    day = end + 1;
  }
  return parts.join(",");
}

function valuesText(list: ValueList, width: number): string {
  if (list.length === 0) return "*";
  const text = (value: number) => String(value).padStart(width, "0");
  return list.map(({ start, stop, repeat }) => {
    const range = stop === undefined ? text(start) : `${text(start)}..${text(stop)}`;
    return isSaid(stop, repeat, 1) ? `${range}/${repeat}` : range;
  }).join(",");
}

/** A range says its repetition when it leaves something out. */
function isSaid(stop: number | undefined, repeat: number, step: number): boolean {
  return repeat > 0 && !(stop !== undefined && repeat === step);
}

function secondsText(list: ValueList): string {
  const [first] = list;
  if (list.length === 1 && first?.start === 0 && first.stop === undefined) {
    if (first.repeat === SECOND_MICROS) return "*";
  }
  return list.map(({ start, stop, repeat }) => {
    const from = secondText(start, 2);
    const range = stop === undefined ? from : `${from}..${secondText(stop, 2)}`;
    return isSaid(stop, repeat, SECOND_MICROS) ? `${range}/${secondText(repeat, 1)}` : range;
  }).join(",");
}

function secondText(micros: number, width: number): string {
  const whole = String(Math.floor(micros / SECOND_MICROS)).padStart(width, "0");
  const rest = micros % SECOND_MICROS;
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(6, "0")}`;
}

function zoneText(zone: ZoneName): string {
  switch (zone.kind) {
    case "local":
      return "";
    case "utc":
      return " UTC";
    case "named":
      return ` ${zone.name}`;
  }
}
