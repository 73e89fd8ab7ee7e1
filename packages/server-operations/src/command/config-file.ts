import { readFileSync } from 'node:fs'

/** What a key of the file must hold. */
export interface KeyShape {
  readonly is: (value: unknown) => boolean
  /** As in `must be a number`. */
  readonly text: string
}

export const TEXT_KEY: KeyShape = { is: (value) => typeof value === 'string', text: 'a string' }
export const NUMBER_KEY: KeyShape = { is: (value) => typeof value === 'number', text: 'a number' }
export const BOOLEAN_KEY: KeyShape = { is: (value) => typeof value === 'boolean', text: 'true or false' }
export const TEXTS_KEY: KeyShape = {
  is: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  text: 'a list of strings',
}
export const NUMBERS_KEY: KeyShape = {
  is: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'number'),
  text: 'an object of numbers',
}

/** Makes the error for an option. */
export type OptionError = (option: string, reason: string, cause?: unknown) => Error

/**
 * Reads an object with known keys alone.
 *
 * @throws what `invalid` makes; it quotes nothing of a file that is no JSON, for that may hold a secret
 */
export function readConfigFile(
  path: string,
  keys: ReadonlyMap<string, KeyShape>,
  invalid: OptionError,
): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw invalid('config', `cannot read ${path}`, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('config', `${path} is not JSON`)
  }
  if (!isObject(value)) throw invalid('config', `${path} must hold a JSON object`)
  for (const [key, member] of Object.entries(value)) {
    const known = keys.get(key)
    if (known === undefined) throw invalid(key, `unknown key; known are ${[...keys.keys()].join(', ')}`)
    if (!known.is(member)) throw invalid(key, `must be ${known.text}`)
  }
  return value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
