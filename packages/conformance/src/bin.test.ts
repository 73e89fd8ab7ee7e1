import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkXml } from '../test-support/check-xml.ts'
import { readReport } from '../test-support/read-report.ts'
import { runBin } from '../test-support/run-bin.ts'
import { CONFORMANCE_VERSION } from './index.ts'

describe('the built command', () => {
  it.each([
    ['key-store', ['KS-05'], 8],
    ['topic-store', ['TS-08'], 1],
  ])('fails a flawed %s by %j and nothing else', async (name, failing, leftOut) => {
    const { code, out } = await runBin([name, './broken-parts.mjs', '--reporter', 'json'])
    const report = readReport(out)
    expect(report.cases.filter(({ result }) => result === 'failed').map(({ id }) => id)).toEqual(failing)
    expect(report.counts.leftOut).toBe(leftOut)
    expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false })
  })

  it('prints a table, and writes JUnit into a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'uport-conformance-'))
    try {
      const file = join(directory, 'new', 'report.xml')
      const args = ['--only', 'ks-05,KM-01', '--only', 'KS-01', '--reporter', 'junit', '--output', file]
      const { code, out } = await runBin(['key-store', './broken-parts.mjs', ...args])
      expect(code).toBe(1)
      expect(out).toBe(TABLE)
      const elements = checkXml(await readFile(file, 'utf8'))
      expect(
        elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes['name']),
      ).toEqual([
        'KS-01 names its key',
        'KS-05 gives the recovery id that leads back to its key',
        'KM-01 creates a key that signs',
      ])
      expect(elements.find(({ name }) => name === 'testsuites')?.attributes).toMatchObject({
        tests: '3',
        failures: '1',
        skipped: '1',
      })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('takes a module of CommonJS', async () => {
    const { code, out } = await runBin(['key-store', './common-store.cjs', '--only', 'KS-02'])
    expect(code).toBe(0)
    expect(out).toContain('1 passed, 0 failed')
  })
})

const TABLE = `KeyStore: ./broken-parts.mjs (cases ${CONFORMANCE_VERSION})

id      result    what it proves
KS-01   passed    get returns the id it was asked for, the type and a compressed
                  point of the curve
KS-05   failed    ES256K-R tokens and Ethereum signatures of this store are
                  attributed to its key
                  rule:  gives the recovery id that leads back to its key
                  found: the recovery id must lead back to the key
                  next:  Recover with 0 and with 1 and keep the one that gives
                         the public key.
KM-01   left out  a created key is found by get and signs for the public key
                  that create returned

Left out, because the store has no KeyManager: KM-01
1 passed, 1 failed, 1 left out
`

describe('the built command ends', () => {
  const awkward = (way: string, ...args: string[]) =>
    runBin(['key-store', './awkward.mjs', '--reporter', 'json', ...args], { AWKWARD: way })

  it('what exits as a failure of its case, and goes on', async () => {
    const { code, out } = await awkward('exits', '--only', 'KS-01,KS-03,KS-08,KS-09,KS-13,KS-15')
    expect(code).toBe(1)
    expect(readReport(out).cases.map(({ id, result, found }) => [id, result, found])).toEqual([
      ['KS-01', 'passed', undefined],
      ['KS-03', 'failed', 'the process ended: exit code 3'],
      ['KS-08', 'failed', 'the process ended: exit code 3'],
      ['KS-09', 'failed', 'the process ended: exit code 3'],
      ['KS-13', 'failed', 'it was not run, because the module ended the process before'],
      ['KS-15', 'failed', 'it was not run, because the module ended the process before'],
    ])
  })

  it('what leaves something open, and says so', async () => {
    const { code, out, err } = await awkward('leaves a timer', '--only', 'KS-01')
    expect(code).toBe(0)
    expect(readReport(out).notes).toEqual([
      'The module left something open (Timeout) that would keep a process from ending: free it in close()',
    ])
    // Standard output is the report's alone.
    expect(err).toBe('what the module prints\n')
  })

  it.each([
    ['throws on import', './awkward.mjs could not be imported: Error: no session for […]'],
    ['exits on import', './awkward.mjs: the process ended: exit code 7'],
  ])('with exit code 2 and one line where the module %s', async (way, line) => {
    expect(await awkward(way)).toEqual({ code: 2, out: '', err: `uport-conformance: ${line}\n` })
  })

  it('with no secret where the module quotes one, nor its control characters', async () => {
    const runs = await Promise.all([
      awkward('quotes', '--only', 'KS-03'),
      awkward('rejects behind its back', '--only', 'KS-03'),
    ])
    const found = runs.map(({ out }) => readReport(out).cases.map((one) => one.found))
    expect(found).toEqual([['Error: signing with […] failed [2Jat once'], ['nobody caught Error: lost […]']])
    for (const { out, err } of runs) expect(`${out}${err}`).not.toContain('4c0883a6')
  })
})

describe('a module in TypeScript', () => {
  it('runs where Node runs it, and is refused in one line elsewhere', async () => {
    const { code, out, err } = await runBin(['key-store', './typed-store.ts', '--only', 'KS-01'])
    if ('typescript' in process.features && process.features.typescript) {
      expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('1 passed, 0 failed') })
    } else {
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(
        /^uport-conformance: Node [\d.]+ runs no TypeScript: build \.\/typed-store\.ts [^\n]+\n$/,
      )
    }
  })
})
