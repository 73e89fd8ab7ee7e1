import { describe, expect, it } from 'vitest'
import { suites } from '../suites.ts'
import { createProgress } from './progress.ts'
import { runCommand } from './run-command.ts'

async function run(...args: string[]) {
  const said = { out: '', err: '' }
  const code = await runCommand(args, {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    columns: undefined,
    color: false,
    progress: false,
    packageVersion: '9.9.9',
  })
  return { code, ...said }
}

describe('the command, without running anything', () => {
  it('explains itself', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    for (const name of suites.keys()) expect(out).toContain(name)
    expect(out).toContain('npx @uport-kit/conformance key-store ./my-store.js')
    expect(await run('--version')).toEqual({
      code: 0,
      out: expect.stringMatching(/^@uport-kit\/conformance 9\.9\.9, cases \d+\.\d+\.\d+\n$/),
      err: '',
    })
  })

  it('lists the cases and what they prove', async () => {
    const all = await run('--list')
    for (const { cases } of suites.values())
      for (const { id } of cases) expect(all.out).toContain(`\n${id}   `)
    const one = JSON.parse((await run('topic-store', '--list', '--reporter', 'json')).out)
    expect(one).toMatchObject({ format: 1, suites: [{ suite: 'topic-store', port: 'TopicStore' }] })
    expect(one.suites[0].cases).toHaveLength(suites.get('topic-store')?.cases.length ?? 0)
  })

  it.each([
    [[], 'Name a suite and your module: key-store, resolver, '],
    [['keystore', './a.js'], 'There is no suite "keystore": did you mean key-store?'],
    [['did-resolver', './a.js'], 'There is no suite "did-resolver": did you mean resolver?'],
    [['requst-store', './a.js'], 'did you mean request-store?'],
    [['zebra', './a.js'], 'There is no suite "zebra": choose one of key-store, '],
    [['key-store'], 'Give the path of your module: uport-conformance key-store ./my-key-store.js'],
    [['key-store', './a.js', './b.js'], '"./b.js" is one too many'],
    [['key-store', './a.js', '--reporter', 'xml'], 'There is no reporter "xml": choose table, json, junit'],
    [['key-store', './a.js', '--only', 'KS-99'], 'key-store has no case "KS-99"'],
    [['key-store', './a.js', '--timeout', '0'], '--timeout takes milliseconds from 1'],
    [['key-store', './a.js', '--timeout', '3s'], '--timeout takes milliseconds from 1'],
    [['key-store', './a.js', '--output', ''], '--output needs the name of a file'],
    [['key-store', './a.js', '--frobnicate'], "Unknown option '--frobnicate'"],
    [['--list', '--reporter', 'junit'], 'A list has no results for JUnit'],
  ])('refuses %j in one line', async (args, expected) => {
    const { code, out, err } = await run(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(/^uport-conformance: [^\n]+\n$/)
    expect(err).toContain(expected)
  })
})

describe('createProgress', () => {
  const [first, second] = suites.get('key-store')?.cases ?? []
  const result = {
    id: 'KS-01',
    title: '',
    proves: '',
    since: '',
    milliseconds: 1,
    outcome: 'passed',
  } as const

  it('shows on a terminal which case is running, and goes', () => {
    const written: string[] = []
    const cases = [first, second].filter((one) => one !== undefined)
    const progress = createProgress(cases, { err: (text) => void written.push(text), progress: true })
    progress.started('KS-01')
    progress.ended(result)
    progress.started('KS-02')
    progress.clear()
    expect(written).toEqual(['\r\u001b[K1/2 KS-01', '\r\u001b[K2/2 KS-02', '\r\u001b[K'])
  })

  it('writes nothing elsewhere', () => {
    const progress = createProgress([], { err: () => expect.unreachable(), progress: false })
    progress.started('KS-01')
    progress.clear()
  })
})
