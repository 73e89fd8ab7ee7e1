import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { describeWithProgram } from './support/describe-with-program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

describeWithProgram('redis-server', 'two relays on a Redis Cluster where everything fails once', (path) => {
  it('lose nothing that was acknowledged, and deliver nothing twice', async () => {
    // As `npm run soak` does, on packages that are built already.
    const [program, ...args] = packageJson.scripts.soak.split(' ')
    expect(program).toBe('node')
    const soak = spawn(process.execPath, [...args, '--minutes', '0.4', '--json'], {
      cwd: ROOT,
      env: { ...process.env, REDIS_SERVER_PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    let told = ''
    soak.stderr.setEncoding('utf8').on('data', (part) => {
      told += part
    })
    soak.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    const [code] = await once(soak, 'close')
    expect(code, told).toBe(0)
    const result = JSON.parse(text)
    expect(result.problems).toEqual([])
    const kinds = result.faults.map(({ kind }: { kind: string }) => kind)
    expect(new Set(kinds)).toEqual(
      new Set([
        'relay killed',
        'Redis restarted',
        'master failed over',
        'readers slow',
        'connections half open',
      ]),
    )
    expect(result.counts.acknowledged).toBeGreaterThan(100)
    expect(result.counts.received).toBe(result.counts.acknowledged)
  })
})
