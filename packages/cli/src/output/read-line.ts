import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from './printable.ts'
import type { Sink, Source } from './streams.ts'

export interface ReadLineTerms {
  readonly prompt: string
  /** Whether what is typed is shown. */
  readonly echo: boolean
  readonly signal: AbortSignal
}

/** Bytes of a line. */
const MAX_LINE = 4096

/**
 * Reads a line of a terminal in raw mode: what must not be shown never is. Backspace and Ctrl-U edit.
 *
 * @throws CliError (130) on Ctrl-C and Ctrl-D; the signal's reason
 */
export function readLine(
  { stdin, stderr }: { readonly stdin: Source; readonly stderr: Sink },
  { prompt, echo, signal }: ReadLineTerms,
): Promise<string> {
  signal.throwIfAborted()
  stderr.write(prompt)
  stdin.setRawMode?.(true)
  stdin.resume()
  return new Promise<string>((resolve, reject) => {
    const line: string[] = []
    const release = (): void => {
      stdin.off('data', take)
      signal.removeEventListener('abort', onAbort)
      stdin.setRawMode?.(false)
      stdin.pause()
      stderr.write('\n')
    }
    const onAbort = (): void => {
      release()
      reject(signal.reason)
    }
    const type = (character: string): boolean => {
      if (character === '\r' || character === '\n') {
        release()
        resolve(line.join(''))
        return false
      }
      if (character === '\u0003' || character === '\u0004' || line.length >= MAX_LINE) {
        release()
        reject(new CliError('Interrupted.', EXIT.interrupted))
        return false
      }
      if (character === '\u007f' || character === '\b') line.pop()
      else if (character === '\u0015') line.length = 0
      else {
        line.push(character)
        if (echo) stderr.write(printable(character))
      }
      return true
    }
    const take = (chunk: Uint8Array | string): void => {
      for (const character of Buffer.from(chunk).toString('utf8')) if (!type(character)) return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    stdin.on('data', take)
  })
}
