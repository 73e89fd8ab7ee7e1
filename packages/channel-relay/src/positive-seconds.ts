/**
 * Milliseconds of an option in seconds.
 *
 * @throws TypeError for what is no positive number
 */
export function positiveSeconds(name: string, milliseconds: number): number {
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds / 1000
  throw new TypeError(`${name} must be a positive number`)
}
