/** A point in time with how far its text is from RFC 3339. */
export interface ReportTime {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly form: 'standard' | 'no-zone' | 'other'
}

export const MILLISECONDS_PER_DAY = 86_400_000

const MAX_TIME_CHARACTERS = 64
const FIRST_TIME = timeOf(1, 1, 1)
const END_OF_TIME = timeOf(10_000, 1, 1)

const timePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:([Tt]| +)(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?)? ?(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?$/

/**
 * Reads a date-time of a report.
 *
 * Shape: RFC 3339; fractions beyond milliseconds are cut off.
 * Lenient: a missing zone is UTC (Microsoft until 2024); a space for `T`, no seconds, no time of day, `24:00:00`,
 * `+0000`, and seconds or milliseconds since 1970, as digits.
 * Source: RFC 8460 §4.4, RFC 3339 §5.6.
 */
export function parseReportTime(text: string): ReportTime | undefined {
  if (text.length > MAX_TIME_CHARACTERS) return undefined
  const plain = parsePlainTime(text)
  if (plain !== undefined) return { at: plain, form: 'standard' }
  if (/^\d{9,13}$/.test(text)) return epochTime(Number(text))
  const match = timePattern.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = '', separator, hour, minute, second, fraction, zone] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return undefined
  if (Number(day) > daysInMonth(Number(year), Number(month))) return undefined

  const hours = Number(hour ?? 0)
  const minutes = Number(minute ?? 0)
  const seconds = Number(second ?? 0)
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'))
  const isEndOfDay = hours === 24 && minutes === 0 && seconds === 0 && milliseconds === 0
  if ((hours > 23 && !isEndOfDay) || minutes > 59 || seconds > 60) return undefined
  const offset = zoneOffsetMinutes(zone)
  if (offset === undefined) return undefined

  const at =
    timeOf(Number(year), Number(month), Number(day)) +
    ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 +
    milliseconds
  if (at < FIRST_TIME || at >= END_OF_TIME) return undefined
  if (zone === undefined) return { at, form: 'no-zone' }
  const isStandard =
    (separator === 'T' || separator === 't') && second !== undefined && !isEndOfDay && isStandardZone(zone)
  return { at, form: isStandard ? 'standard' : 'other' }
}

/** The form nearly every report has, `2026-01-02T00:00:00Z`, without a regular expression. */
function parsePlainTime(text: string): number | undefined {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z') return undefined
  const year = digits(text, 0) * 100 + digits(text, 2)
  const month = digits(text, 5)
  const day = digits(text, 8)
  const hours = digits(text, 11)
  const minutes = digits(text, 14)
  const seconds = digits(text, 17)
  // Comparisons with NaN are false, so every one says what must hold.
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  if (!isDate || !(hours <= 23 && minutes <= 59 && seconds <= 59)) return undefined
  return timeOf(year, month, day) + ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** Two digits as a number, NaN for anything else. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30
  const ones = text.charCodeAt(at + 1) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Reads a number in place of a date-time: seconds since 1970, or milliseconds where seconds would be far off. */
export function epochTime(number: number): ReportTime | undefined {
  if (!(number >= 0)) return undefined
  const at = Math.trunc(number >= 100_000_000_000 ? number : number * 1000)
  return at < END_OF_TIME ? { at, form: 'other' } : undefined
}

/** Writes a time as reports have it: `2026-01-02T00:00:00Z`, with milliseconds only where there are any. */
export function formatReportTime(at: number): string {
  const days = Math.floor(at / MILLISECONDS_PER_DAY)
  const inDay = at - days * MILLISECONDS_PER_DAY
  const pad = (number: number, length = 2) => String(number).padStart(length, '0')
  const hours = pad(Math.floor(inDay / 3_600_000))
  const minutes = pad(Math.floor(inDay / 60_000) % 60)
  const seconds = pad(Math.floor(inDay / 1000) % 60)
  const milliseconds = inDay % 1000 === 0 ? '' : `.${pad(inDay % 1000, 3)}`
  return `${utcDay(at)}T${hours}:${minutes}:${seconds}${milliseconds}Z`
}

/** The UTC day of a time, `YYYY-MM-DD`. */
export function utcDay(at: number): string {
  // Days since 0000-03-01, so that the leap day is the last of its year; 146,097 days are 400 years.
  const days = Math.floor(at / MILLISECONDS_PER_DAY) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Midnight of a day of the Gregorian calendar in UTC. */
function timeOf(year: number, month: number, day: number): number {
  const yearFromMarch = month <= 2 ? year - 1 : year
  const era = Math.floor(yearFromMarch / 400)
  const yearOfEra = yearFromMarch - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return (era * 146_097 + dayOfEra - 719_468) * MILLISECONDS_PER_DAY
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function zoneOffsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function isStandardZone(zone: string): boolean {
  return zone === 'Z' || zone === 'z' || zone.length === 6
}
