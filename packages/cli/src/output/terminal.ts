import { CliError } from '../cli-error.ts'
import { printable } from './printable.ts'
import { readLine } from './read-line.ts'
import type { Sink, Source } from './streams.ts'
import { toJson } from './to-json.ts'

export interface TerminalParts {
  readonly stdin: Source
  readonly stdout: Sink
  readonly stderr: Sink
  readonly json: boolean
  readonly quiet: boolean
}

const MAX_INPUT = 1_048_576

/** Where a command reads and writes: results on standard output, everything else on standard error. */
export class Terminal {
  readonly json: boolean
  readonly #parts: TerminalParts

  constructor(parts: TerminalParts) {
    this.json = parts.json
    this.#parts = parts
  }

  /** Whether somebody is there to be asked. */
  get canAsk(): boolean {
    return this.#parts.stdin.isTTY === true && this.#parts.stderr.isTTY === true && !this.json
  }

  /** Standard error, for what is drawn there. */
  get screen(): Sink {
    return this.#parts.stderr
  }

  /** The result: as JSON where that was asked for, else as lines. */
  print(value: unknown, lines: readonly string[]): void {
    const text = this.json ? JSON.stringify(toJson(value)) : lines.map(printable).join('\n')
    this.#parts.stdout.write(`${text}\n`)
  }

  /** A result that is one text, whatever was asked for: a script, a key file. */
  printRaw(text: string): void {
    this.#parts.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Something on the way: a line, or a JSON line with `event`. */
  progress(event: string, line: string, data: Readonly<Record<string, unknown>> = {}): void {
    if (this.#parts.quiet) return
    this.tell(event, line, data)
  }

  /** As `progress`, where the person cannot go on without it. */
  tell(event: string, line: string, data: Readonly<Record<string, unknown>> = {}): void {
    const text = this.json ? JSON.stringify(toJson({ event, ...data })) : printable(line)
    this.#parts.stderr.write(`${text}\n`)
  }

  /** Everything on standard input. @throws CliError where that is too much */
  async readAll(): Promise<string> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of this.#parts.stdin) {
      const bytes = Buffer.from(chunk)
      size += bytes.length
      if (size > MAX_INPUT) throw new CliError('Standard input is too large: give at most 1 MiB.')
      chunks.push(bytes)
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  /** Asks a question that is answered by yes or no; no is what Return means. */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    const answer = await readLine(this.#parts, {
      prompt: `${printable(question)} [y/N] `,
      echo: true,
      signal,
    })
    return /^\s*y(?:es)?\s*$/i.test(answer)
  }

  /** Asks for a secret, which is not shown. */
  askSecret(question: string, signal: AbortSignal): Promise<string> {
    return readLine(this.#parts, { prompt: `${question}: `, echo: false, signal })
  }
}
