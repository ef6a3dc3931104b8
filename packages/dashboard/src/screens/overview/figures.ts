const whole = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A count for a narrow place: exact up to 99,999, then `1.2M`. */
export function formatCount(count: number): string {
  return count < 100_000 ? whole.format(count) : compact.format(count)
}

/** A share as a percentage that never says nothing or all where it is not: `<0.1 %`, `99.9 %`. */
export function formatShare(share: number): string {
  if (share <= 0) return '0 %'
  if (share >= 1) return '100 %'
  if (share < 0.001) return '<0.1 %'
  if (share > 0.999) return '>99.9 %'
  return `${Math.round(share * 1000) / 10} %`
}
