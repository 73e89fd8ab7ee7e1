import type { JsonObject } from '../ports/json.ts'

/** What we send must pass what wallets check: an unreadable request is the caller's mistake and shows where it is made. */
export function assertReadable(
  flow: string,
  payload: JsonObject,
  parse: (payload: JsonObject) => unknown,
): void {
  try {
    parse(payload)
  } catch (error) {
    throw new TypeError(`${flow}: ${error instanceof Error ? error.message : 'unusable parameters'}`)
  }
}

/** The first of these parameters that a reply carries. */
export function firstParam(
  params: Readonly<Record<string, string>>,
  names: readonly string[],
): string | undefined {
  return names.map((name) => params[name]).find((value) => value !== undefined)
}
