import type { Json, JsonObject } from '@uport-kit/core'
import type { SeededRandom } from './seeded-random.ts'

/** Values that have broken readers: wrong types, ends of ranges, names of prototypes, depth and length. */
const HOSTILE: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  1_700_000_000_000,
  '',
  ' ',
  '0',
  'null',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  'javascript:alert(1)',
  'did:uport:',
  'did:ethr:0x0',
  'https://evil.example/\u202e',
  '/ipfs/Qm',
  'a.b.c',
  'x'.repeat(3000),
  [],
  {},
  [[]],
  [null],
  [{}],
  { toString: 1 },
  { length: 1e9 },
  JSON.parse('{"__proto__":{"name":"Eve"}}'),
  JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`),
  JSON.parse(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`),
]

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'nbf',
  'sub',
  'crit',
  'kid',
  'code',
  'dad',
  'vc',
  '',
  'did',
]

/** The text of a JSON object after one change of its structure. `kin`: values that fit elsewhere. */
export function mutateJson(text: string, random: SeededRandom, kin: readonly Json[]): string {
  const object: Record<string, Json> = JSON.parse(text)
  const names = Object.keys(object)
  const name = names.length === 0 ? 'name' : random.pick(names)
  const value = random.chance(60) ? random.pick(HOSTILE) : random.pick(kin)
  switch (random.below(8)) {
    case 0:
      return JSON.stringify(without(object, name))
    case 1:
      return JSON.stringify({ ...object, [random.pick(NAMES)]: value })
    case 2:
      return duplicated(text, name, value)
    case 3:
      return JSON.stringify({ ...object, [name]: object[random.pick(names)] ?? null })
    case 4:
      return JSON.stringify({ ...object, [name]: mutateValue(object[name] ?? null, random, value) })
    case 5:
      return JSON.stringify({
        ...without(object, name),
        [`${name}${random.pick(['s', ' ', '\u0000'])}`]: value,
      })
    case 6:
      return ` ${JSON.stringify(object, undefined, random.below(3))}\n`
    default:
      return JSON.stringify({ ...object, [name]: value })
  }
}

/** One step deeper: inside of lists, objects, texts and numbers. */
function mutateValue(value: Json, random: SeededRandom, other: Json): Json {
  if (typeof value === 'string') return mutateText(value, random)
  if (typeof value === 'number') return value + random.pick([-1, 1, 61, -61, 1e6, -1e6, 0.5])
  if (Array.isArray(value)) return random.chance(50) ? [...value, other] : value.slice(1)
  if (typeof value === 'object' && value !== null) {
    const name = random.pick([...Object.keys(value), 'did'])
    return random.chance(30) ? without(value as JsonObject, name) : { ...value, [name]: other }
  }
  return [value]
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}

function duplicated(text: string, name: string, value: Json): string {
  const at = text.lastIndexOf('}')
  return `${text.slice(0, at)}${/[^{\s]/.test(text.slice(0, at)) ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(value)}}`
}

/** A text after one change that knows nothing of its meaning. */
export function mutateText(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1)
  const to = at + random.below(Math.min(40, text.length - at + 1))
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(to)
    case 3:
      return text.slice(0, to) + text.slice(at)
    case 4:
      return (
        text.slice(0, at) +
        random.pick(['.', '=', '%', '\n', '"', '/', 'é', '\ud83d', '?', '#', '\u0000']) +
        text.slice(at)
      )
    case 5:
      return text.split('.').reverse().join('.')
    default:
      return text.slice(0, at) + flipBit(text.charCodeAt(at) || 65, random) + text.slice(at + 1)
  }
}

function flipBit(code: number, random: SeededRandom): string {
  return String.fromCharCode(code ^ (1 << random.below(7)))
}
