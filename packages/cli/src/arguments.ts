import { UsageError } from './cli-error.ts'

type Value = string | boolean | readonly string[]

/** The words of a call, read by the command's own table. */
export class Arguments {
  readonly #options: ReadonlyMap<string, Value>
  readonly #positionals: ReadonlyMap<string, string>
  /** What goes to another command, unread. */
  readonly rest: readonly string[]

  constructor(
    options: ReadonlyMap<string, Value>,
    positionals: ReadonlyMap<string, string>,
    rest: readonly string[] = [],
  ) {
    this.#options = options
    this.#positionals = positionals
    this.rest = rest
  }

  flag(name: string): boolean {
    return this.#options.get(name) === true
  }

  text(name: string): string | undefined {
    const value = this.#options.get(name)
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#options.get(name)
    return typeof value === 'object' ? value : []
  }

  position(name: string): string | undefined {
    return this.#positionals.get(name)
  }

  /** @throws UsageError */
  requirePosition(name: string): string {
    const value = this.position(name)
    if (value === undefined) throw new UsageError(`Say which: <${name}> is missing.`)
    return value
  }

  /** @throws UsageError */
  requireText(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new UsageError(`Give --${name}.`)
    return value
  }

  /** A whole number, 0 or more. @throws UsageError */
  whole(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (/^\d{1,15}$/.test(value)) return Number(value)
    throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(value)}.`)
  }

  /** Members given as `name=value`. @throws UsageError */
  members(name: string): Readonly<Record<string, string>> {
    const entries = this.list(name).map((text) => {
      const at = text.indexOf('=')
      if (at <= 0) throw new UsageError(`--${name} takes <name>=<value>, not ${JSON.stringify(text)}.`)
      return [text.slice(0, at), text.slice(at + 1)] as const
    })
    return Object.fromEntries(entries)
  }
}
