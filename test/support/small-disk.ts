import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'vitest'

/** A disk of a few megabytes: a tmpfs in a mount namespace of its own, which leaves nothing behind. */
export class SmallDisk implements AsyncDisposable {
  /** Where it is, for this process. */
  readonly path: string
  readonly #keeper: ChildProcess

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper
    // What the process that keeps it sees, without entering its namespace.
    this.path = join('/proc', String(keeper.pid), 'root', 'tmp')
  }

  static async mount(bytes: number): Promise<SmallDisk> {
    const script = `mount -t tmpfs -o size=${bytes} none /tmp && echo mounted && exec cat`
    const keeper = spawn('unshare', [...FLAGS, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(keeper.stdout, 'data')
    return new SmallDisk(keeper)
  }

  /** Takes room away. */
  async fill(bytes: number): Promise<void> {
    await writeFile(join(this.path, 'ballast'), Buffer.alloc(bytes))
  }

  async free(): Promise<void> {
    await rm(join(this.path, 'ballast'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#keeper, 'exit')
    this.#keeper.stdin?.end()
    await gone
  }
}

/** Without being root, a user namespace gives the right to mount. */
const FLAGS = process.getuid?.() === 0 ? ['-m'] : ['-Urm']

function problem(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces are of Linux'
  try {
    const script = 'mount -t tmpfs -o size=65536 none /tmp && test -w /tmp'
    execFileSync('unshare', [...FLAGS, 'sh', '-c', script], { stdio: 'ignore', timeout: 5000 })
    return undefined
  } catch {
    return 'this machine allows no mount namespace'
  }
}

/** Tests with a disk that gets full. Where none can be mounted they are left out, with a line that says why. */
export function describeWithSmallDisk(title: string, tests: () => void): void {
  const reason = problem()
  if (reason === undefined) {
    describe(title, tests)
    return
  }
  console.warn(`Left out: ${title}: ${reason}.`)
  // A skipped suite without a test would not be in the report.
  describe.skip(`${title} (${reason})`, () => test('was left out', () => {}))
}
