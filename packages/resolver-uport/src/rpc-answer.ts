import { decodeUtf8 } from '@uport-kit/core'

/** What the endpoint itself says is wrong; the cause of an `RPC_FAILED`. */
export class RpcAnswerError extends Error {
  override readonly name = 'RpcAnswerError'
  readonly code: number
  /** As sent, for instance the data of a revert. */
  readonly data: unknown

  constructor(code: number, message: string, data: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

const MAX_MESSAGE = 300

/** A proper answer to one call. */
export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcAnswerError }

/** The JSON of a body; `undefined` where it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    return undefined
  }
}

/** The answer to the call of this id (JSON-RPC 2.0, section 5); `undefined` where the value is none. */
export function readAnswer(answer: unknown, id: number): RpcAnswer | undefined {
  if (!isObject(answer) || answer['jsonrpc'] !== '2.0' || answer['id'] !== id) return undefined
  const { result, error } = answer
  if (error === undefined || error === null) return 'result' in answer ? { result } : undefined
  if (!isObject(error) || (result !== undefined && result !== null)) return undefined
  const { code, message, data } = error
  if (typeof code !== 'number' || typeof message !== 'string') return undefined
  return { error: new RpcAnswerError(code, message.slice(0, MAX_MESSAGE), data) }
}

/** What a batch was answered with, by id; of several answers to one call none counts. */
export function indexAnswers(answers: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const byId = new Map<unknown, unknown>()
  for (const answer of answers) {
    if (!isObject(answer)) continue
    const id = answer['id']
    byId.set(id, byId.has(id) ? undefined : answer)
  }
  return byId
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
