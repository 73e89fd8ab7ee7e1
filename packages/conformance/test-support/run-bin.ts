import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = new URL('.', import.meta.url)
const bin = fileURLToPath(new URL('../dist/bin.js', folder))

export interface BinRun {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built command in the folder of the test modules. */
export function runBin(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<BinRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: fileURLToPath(folder),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
