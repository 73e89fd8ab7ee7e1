/** Times are Unix seconds. */
export function dayText(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(time * 1000)
}

export function timeText(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(time * 1000)
}

/** The two ends of something long that nobody reads as a whole. */
export function shortText(long: string, head = 18, tail = 6): string {
  return long.length <= head + tail + 1 ? long : `${long.slice(0, head)}…${long.slice(-tail)}`
}
