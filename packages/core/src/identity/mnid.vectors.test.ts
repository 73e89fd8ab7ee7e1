import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MnidProblem } from '../errors/error-data.ts'
import { isUportError } from '../errors/uport-error.ts'
import { encodeMnid, isMnid, parseMnid } from './mnid.ts'
import { networkToHex } from './network-id.ts'

interface Account {
  readonly network: string
  readonly address: string
}

interface Expectation {
  readonly ok: boolean
  readonly value?: unknown
  readonly error?: string
}

interface Vector {
  readonly id: string
  readonly op: 'encode' | 'decode' | 'isMNID'
  readonly class: 'conformance' | 'quirk'
  readonly input: unknown
  readonly expect: Expectation
}

const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/mnid.json', import.meta.url), 'utf8'),
)

const PROBLEMS = new Map<string, readonly MnidProblem[]>([
  ['not-base58', ['not-base58']],
  ['too-short', ['too-short']],
  ['invalid-checksum', ['checksum']],
  ['unsupported-version', ['version']],
  ['unsupported-version-or-checksum', ['version', 'checksum']],
  ['non-canonical-network', ['network']],
  ['bad-address', ['address']],
  ['bad-network', ['network']],
])

/** The original calls a text with a wrong checksum an MNID; here the checksum is part of the answer. */
const LOOSE = 'is-bad-checksum'

const of = (op: Vector['op']) => vectors.filter((vector) => vector.op === op && vector.id !== LOOSE)

function problemOf(action: () => unknown): MnidProblem | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (!isUportError(error, 'MNID_INVALID')) throw error
    return error.data.reason
  }
}

function decode(input: unknown): Account {
  const { network, address } = parseMnid(input)
  return { network: networkToHex(network), address }
}

it('covers every operation, in both classes', () => {
  expect(of('encode').length).toBeGreaterThan(10)
  expect(of('decode').length).toBeGreaterThan(25)
  expect(of('isMNID').length).toBeGreaterThan(1)
  expect(vectors.filter((vector) => vector.class === 'quirk').length).toBeGreaterThan(8)
  expect(vectors.some((vector) => vector.id === LOOSE)).toBe(true)
})

describe.each([
  ['encode', (input: unknown) => encodeMnid(input as Account)],
  ['decode', decode],
] as const)('%s', (op, run) => {
  it.each(of(op).map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    if (vector.expect.ok) {
      expect(run(vector.input)).toEqual(vector.expect.value)
    } else {
      const allowed = PROBLEMS.get(vector.expect.error!)!
      expect(allowed).toContain(problemOf(() => run(vector.input)))
    }
  })
})

it.each(of('isMNID').map((vector) => [vector.id, vector] as const))('isMNID %s', (_, vector) => {
  expect(isMnid(vector.input)).toBe(vector.expect.value)
})

it('checks the checksum where the original does not', () => {
  expect(isMnid(vectors.find((vector) => vector.id === LOOSE)!.input)).toBe(false)
})
