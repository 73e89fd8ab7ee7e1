const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** `3:07` below an hour, `2 h 5 min` and `3 days` above. */
export function timeLeft(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds))
  if (left < HOUR) return `${Math.floor(left / MINUTE)}:${String(left % MINUTE).padStart(2, '0')}`
  if (left < 2 * DAY) return `${Math.floor(left / HOUR)} h ${Math.floor((left % HOUR) / MINUTE)} min`
  return `${Math.floor(left / DAY)} days`
}

/** How long ago, roughly. */
export function timeAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at)
  if (passed < MINUTE) return 'just now'
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`
  return dateText(at)
}

/** The day, as the person's own language writes it. */
export function dateText(at: number): string {
  const date = new Date(at * 1000)
  return Number.isNaN(date.getTime())
    ? 'an impossible date'
    : date.toLocaleDateString(undefined, { dateStyle: 'medium' })
}

/** Day and time of day. */
export function momentText(at: number): string {
  const date = new Date(at * 1000)
  if (Number.isNaN(date.getTime())) return 'an impossible date'
  return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
