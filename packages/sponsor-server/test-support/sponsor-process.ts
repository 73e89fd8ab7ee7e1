import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const WORKER = fileURLToPath(new URL('sponsor-worker.mjs', import.meta.url))

/** Where a worker kills itself: beside the write of its nth transaction. */
export interface KillPoint {
  readonly at: number
  readonly when: 'before' | 'after'
}

/** A sponsor in a process of its own. */
export class SponsorProcess {
  readonly url: string
  /** Transactions that it has seen in a block. */
  included = 0
  /** The signal that ended it, or null. */
  readonly ended: Promise<string | null>
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess, ended: Promise<string | null>) {
    this.url = url
    this.#child = child
    this.ended = ended
  }

  /** @param input what the worker reads; a `dataDirectory` is in it */
  static async start(input: Readonly<Record<string, unknown>> & { readonly dataDirectory: string }) {
    const file = join(input.dataDirectory, '..', 'worker.json')
    await writeFile(file, JSON.stringify(input))
    const child = spawn(process.execPath, [WORKER, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit').then(([, signal]) => (typeof signal === 'string' ? signal : null))
    const lines = createInterface({ input: child.stdout })
    const url = await Promise.race([readUrl(lines), ended])
    if (url === null || !url.startsWith('http')) throw new Error('the sponsor did not start')
    const started = new SponsorProcess(url, child, ended)
    lines.on('line', (line) => {
      if (line === 'included') started.included += 1
    })
    return started
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.ended
  }
}

function readUrl(lines: Interface): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      if (line.startsWith('listening ')) resolve(line.slice('listening '.length))
    })
  })
}
