import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Arguments } from '../arguments.ts'
import { CliError } from '../cli-error.ts'
import type { CommandRun, Delegate } from '../command-spec.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'

/** Runs another package's command in a process of its own: its options, its output and its exit codes. */
export function delegateTo(delegate: Delegate): CommandRun {
  return (args: Arguments, { signal, env }: Context) => {
    const file = binOf(delegate)
    const child = spawn(process.execPath, [file, ...args.rest], { stdio: 'inherit', env })
    // A terminal interrupts the whole group; anybody else tells us alone.
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    return new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, killed) =>
        resolve(code ?? (killed === null ? EXIT.failed : EXIT.interrupted)),
      )
    })
  }
}

/** @throws CliError where the package is not installed */
function binOf({ package: name, bin, locate }: Delegate): string {
  try {
    const manifest = fileURLToPath(locate())
    const { bin: bins }: { bin: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(manifest, 'utf8'),
    )
    return join(dirname(manifest), bins[bin] ?? '')
  } catch (error) {
    throw new CliError(`This needs a package of its own: npm install ${name}`, EXIT.failed, { cause: error })
  }
}
