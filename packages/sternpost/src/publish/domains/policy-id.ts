import type { PolicyIdForm } from './published-domain.ts'

const forms: Readonly<Record<PolicyIdForm, RegExp>> = {
  utc: /^[0-9]{14}$/,
  daily: /^[0-9]{10}$/,
}

/**
 * Gives a policy id that was never used before and is greater than every earlier one of its form.
 *
 * Shape: `utc` is YYYYMMDDhhmmss, `daily` YYYYMMDDNN. A clock that goes back, or a second change within the second,
 * counts on from the last id, and the hundredth change of a day goes into the next day.
 * Source: RFC 8461 §3.1 (1 to 32 letters and digits, compared for equality only).
 */
export function nextPolicyId(form: PolicyIdForm, now: number, used: readonly string[]): string {
  const last = used.filter(id => forms[form].test(id)).reduce((most, id) => (id > most ? id : most), '')
  return form === 'utc' ? nextUtc(now, last) : nextDaily(now, last)
}

function nextUtc(now: number, last: string): string {
  const wanted = stamp(now)
  return wanted > last ? wanted : stamp((readStamp(last) ?? now) + 1000)
}

function nextDaily(now: number, last: string): string {
  const today = stamp(now).slice(0, 8)
  const lastDay = last.slice(0, 8)
  if (last === '' || today > lastDay) return `${today}01`
  const number = Number(last.slice(8)) + 1
  if (number <= 99) return `${lastDay}${String(number).padStart(2, '0')}`
  return `${stamp((readStamp(`${lastDay}000000`) ?? now) + 86_400_000).slice(0, 8)}01`
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)
}

function readStamp(id: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(id) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : at
}
