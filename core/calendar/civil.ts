/**
 * Dates and times of day as people write them, in the Gregorian calendar, and their count of
 * microseconds. Nothing of time zones: what a clock on some wall shows.
 *
 * Microseconds are plain numbers: they are exact until the year 2255, and calendars of timers end
 * with 2199.
 */

/** What a clock shows. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** Since midnight by the clock: 0 to 86 399 999 999. */
  readonly dayMicros: number;
}

export const SECOND_MICROS = 1_000_000;
export const MINUTE_MICROS = 60 * SECOND_MICROS;
export const HOUR_MICROS = 60 * MINUTE_MICROS;
export const DAY_MICROS = 24 * HOUR_MICROS;

/**
 * Days since 1970-01-01. A month or day out of range counts on, as into the next month.
 *
 * Years begin with March here, so that the day that comes and goes is the last one; 400 of them
 * have 146 097 days.
 */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** @param micros Since 1970-01-01 00:00:00 by the same clock. */
export function civilTime(micros: number): CivilTime {
  const days = Math.floor(micros / DAY_MICROS);
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    dayMicros: micros - days * DAY_MICROS,
  };
}

/** The opposite of {@linkcode civilTime}. */
export function civilMicros({ year, month, day, dayMicros }: CivilTime): number {
  return daysSinceEpoch(year, month, day) * DAY_MICROS + dayMicros;
}

/** 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 0: Monday, to 6: Sunday. */
export function weekdayOf(year: number, month: number, day: number): number {
  // 1970-01-01 was a Thursday.
  const weekday = (daysSinceEpoch(year, month, day) + 3) % 7;
  return weekday < 0 ? weekday + 7 : weekday;
}
