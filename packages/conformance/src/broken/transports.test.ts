import type { Delivery, DeliveryEnd, OutgoingRequest, Transport } from '@uport-kit/core'
import { describe } from 'vitest'
import { type TransportSubject, transportCases } from '../index.ts'
import { expectFailures, expectSound } from './expect-failures.ts'

interface Board {
  readonly seen: string[]
  readonly shown: Set<object>
  dismiss: () => void
}

type Deliver = (board: Board, request: OutgoingRequest) => Delivery

/** A notice board: shows a text until it is taken away. */
const sound: Deliver = (board, request) => {
  const notice = {}
  board.seen.push(request.uri())
  board.shown.add(notice)
  const ended = new Promise<DeliveryEnd>((resolve) => {
    board.dismiss = () => resolve({ reason: 'dismissed' })
  })
  const close = async () => void board.shown.delete(notice)
  return { ended, close, [Symbol.asyncDispose]: close }
}

function subject(deliver: Deliver = sound, replace: Partial<Transport> = {}): TransportSubject {
  const board: Board = { seen: [], shown: new Set(), dismiss: () => undefined }
  const transport: Transport = {
    id: 'board',
    replyModes: ['post'],
    deliver: async (request, options) => {
      options?.signal?.throwIfAborted()
      return deliver(board, request)
    },
    ...replace,
  }
  return {
    transport,
    seen: () => board.seen,
    showing: () => board.shown.size,
    dismiss: () => board.dismiss(),
  }
}

/** Changes the text that is shown. */
const showing =
  (change: (uri: string) => string): Deliver =>
  (board, request) =>
    sound(board, { ...request, uri: () => change(request.uri()) })

const changing =
  (change: (delivery: Delivery, board: Board) => Partial<Delivery>): Deliver =>
  (board, request) => {
    const delivery = sound(board, request)
    return { ...delivery, ...change(delivery, board) }
  }

describe('transportCases', () => {
  expectSound(transportCases, () => subject())
  expectSound(transportCases, () => ({ ...subject(), showing: undefined, dismiss: undefined }), [
    'TR-09',
    'TR-10',
  ])
  expectFailures(transportCases, [
    {
      flaw: 'has an id with spaces',
      makeSubject: () => subject(sound, { id: 'My Board' }),
      fails: ['TR-01'],
    },
    {
      flaw: 'names a mode twice',
      makeSubject: () => subject(sound, { replyModes: ['post', 'post'] }),
      fails: ['TR-02'],
    },
    {
      flaw: 'changes the token',
      makeSubject: () => subject(showing((uri) => uri.toLowerCase())),
      fails: ['TR-03', 'TR-04'],
    },
    {
      flaw: 'drops the parameters',
      makeSubject: () => subject(showing((uri) => uri.split('?')[0] ?? '')),
      fails: ['TR-04'],
    },
    {
      flaw: 'writes the parameter twice',
      makeSubject: () => subject(showing((uri) => `${uri}&callback_type=post`)),
      fails: ['TR-04'],
    },
    {
      flaw: 'ends at once',
      makeSubject: () => subject(changing(() => ({ ended: Promise.resolve({ reason: 'dismissed' }) }))),
      fails: ['TR-05'],
    },
    {
      flaw: 'fails to close twice',
      makeSubject: () =>
        subject(
          changing((delivery) => {
            let closed = false
            const close = async () => {
              if (closed) throw new Error('closed already')
              closed = true
              await delivery.close()
            }
            return { close, [Symbol.asyncDispose]: close }
          }),
        ),
      fails: ['TR-06'],
    },
    {
      flaw: 'stays on screen after closing',
      makeSubject: () => subject(changing(() => ({ close: async () => undefined }))),
      fails: ['TR-09'],
    },
    {
      flaw: 'rejects `ended` when it is closed',
      makeSubject: () =>
        subject(
          changing((delivery) => {
            const { promise, reject } = promiseWithReject<DeliveryEnd>()
            const ended = Promise.race([delivery.ended, promise])
            ended.catch(() => undefined)
            const close = async () => {
              reject(new Error('closed'))
              await delivery.close()
            }
            return { ended, close }
          }),
        ),
      fails: ['TR-07'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () => {
        const made = subject()
        const { deliver } = made.transport
        return { ...made, transport: { ...made.transport, deliver: (request) => deliver(request) } }
      },
      fails: ['TR-08'],
    },
    {
      flaw: 'takes everything away with one',
      makeSubject: () =>
        subject(
          changing((_delivery, board) => {
            const close = async () => board.shown.clear()
            return { close, [Symbol.asyncDispose]: close }
          }),
        ),
      fails: ['TR-09'],
    },
    {
      flaw: 'calls a dismissal unreachable',
      makeSubject: () =>
        subject(
          changing(({ ended }) => ({
            ended: ended.then(() => ({ reason: 'unreachable', cause: undefined }) as const),
          })),
        ),
      fails: ['TR-10'],
    },
    {
      flaw: 'cuts long requests',
      makeSubject: () => subject(showing((uri) => uri.slice(0, 1000))),
      fails: ['TR-11'],
    },
    {
      flaw: 'fails without a code on long requests',
      makeSubject: () =>
        subject((board, request) => {
          if (request.jwt.length > 1000) throw new RangeError('too long')
          return sound(board, request)
        }),
      fails: ['TR-11'],
    },
  ])
})

function promiseWithReject<T>(): {
  readonly promise: Promise<T>
  readonly reject: (reason: unknown) => void
} {
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((_resolve, refuse) => {
    reject = refuse
  })
  return { promise, reject }
}
