import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../packages/devnet/dist/bin.js', import.meta.url))

interface Endpoints {
  readonly rpcUrl: string
  readonly gatewayUrl: string
  readonly ipfsApiUrl: string
  readonly relayUrl: string
}

/** The program under test keeps its temporary files in `directory`, which also marks its processes. */
async function startProgram(directory: string): Promise<{ child: ChildProcess; endpoints: Endpoints }> {
  const env = { ...process.env, TMPDIR: directory }
  const child = spawn(process.execPath, [program, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { child, endpoints: JSON.parse(line) }
}

/** Processes of this system whose command line or environment names the directory. */
async function processesOf(directory: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found: string[] = []
  for (const id of ids) {
    const about = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '')),
    )
    if (about.some((text) => text.includes(directory))) found.push(about[0]?.replaceAll('\0', ' ') ?? '')
  }
  return found
}

async function isOpen(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function whatIsLeft(directory: string, endpoints: Endpoints): Promise<readonly string[]> {
  const { rpcUrl, gatewayUrl, ipfsApiUrl, relayUrl } = endpoints
  const urls = [rpcUrl, gatewayUrl, ipfsApiUrl, relayUrl]
  const open = await Promise.all(urls.map(async (url) => ((await isOpen(url)) ? [url] : [])))
  return [...open.flat(), ...(await processesOf(directory)), ...(await readdir(directory))]
}

// The process list is read from /proc.
describe.runIf(process.platform === 'linux')('uport-devnet', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'uport-devnet-left-'))
  })

  afterEach(() => rm(directory, { recursive: true, force: true }))

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends in order on %s', async (signal) => {
    const { child, endpoints } = await startProgram(directory)
    expect((await processesOf(directory)).length).toBe(3)
    expect((await readdir(directory)).length).toBe(1)
    expect(await isOpen(endpoints.rpcUrl)).toBe(true)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await whatIsLeft(directory, endpoints)).toEqual([])
  })

  it('leaves nothing when it is killed', async () => {
    const { child, endpoints } = await startProgram(directory)
    child.kill('SIGKILL')
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    await expect.poll(() => whatIsLeft(directory, endpoints), { timeout: 10_000 }).toEqual([])
  })

  it('says in one line what is wrong with its command line', async () => {
    const child = spawn(process.execPath, [program, '--port', '1'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complaint += text
    })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(complaint).toMatch(/^uport-devnet: Unknown option '--port'.*\n$/)
  })
})
