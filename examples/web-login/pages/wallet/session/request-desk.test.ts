import { UportError } from '@uport-kit/core'
import type { ConsentScreen } from '@uport-kit/wallet'
import { describe, expect, it } from 'vitest'
import { RequestDesk } from './request-desk.ts'

const screen = (id: string) => ({ id }) as ConsentScreen
const signal = new AbortController().signal
const done = (id: string) => ({ id, decision: 'approved', delivered: true }) as const
const failure = (retryable: boolean) =>
  new UportError('FETCH_FAILED', 'down', { data: { host: 'x' }, retryable })

describe('RequestDesk', () => {
  it('asks, sends and tells how it ended', async () => {
    const desk = new RequestDesk()
    const seen: string[] = []
    desk.onChange(() => seen.push(desk.state.kind))
    desk.expect()
    const asked = desk.ask(screen('a'), { signal })
    desk.decide({ decision: 'approve' })
    desk.decide({ decision: 'decline' })
    expect(await asked).toEqual({ decision: 'approve' })
    desk.finish(done('other'))
    desk.finish(done('a'))
    desk.leave()
    expect(seen).toEqual(['checking', 'asking', 'sending', 'done', 'idle'])
  })

  it('keeps the next question until the person has seen how the last one ended', async () => {
    const desk = new RequestDesk()
    void desk.ask(screen('a'), { signal })
    desk.decide({ decision: 'approve' })
    desk.finish(done('a'))
    void desk.ask(screen('b'), { signal })
    expect([desk.state.kind, desk.hasNext]).toEqual(['done', true])
    desk.leave()
    expect(desk.state).toMatchObject({ kind: 'asking', screen: { id: 'b' } })
    expect(desk.hasNext).toBe(false)
  })

  it('puts off what is asked when the person goes elsewhere', async () => {
    const desk = new RequestDesk()
    const asked = desk.ask(screen('a'), { signal })
    desk.leave()
    expect(await asked).toEqual({ decision: 'later' })
    desk.finish({ id: 'a', decision: 'later', delivered: false })
    expect(desk.state.kind).toBe('idle')
  })

  it('asks about another identity after a moment of checking', async () => {
    const desk = new RequestDesk()
    void desk.ask(screen('a'), { signal })
    desk.decide({ decision: 'switch', identity: 'did:key:b' })
    expect(desk.state.kind).toBe('checking')
    void desk.ask(screen('a'), { signal })
    expect(desk.state.kind).toBe('asking')
  })

  it('tells failures of what is shown, and leaves the others to the caller', () => {
    const desk = new RequestDesk()
    expect(desk.fail(failure(false), 'a')).toBe(false)
    void desk.ask(screen('a'), { signal })
    expect(desk.fail(failure(false), 'b')).toBe(false)
    expect(desk.fail(failure(false), 'a')).toBe(true)
    expect(desk.state).toMatchObject({ kind: 'failed', screen: { id: 'a' } })
    void desk.ask(screen('c'), { signal })
    expect(desk.state.kind).toBe('failed')
  })

  it('goes on by itself where a failure passes', () => {
    const desk = new RequestDesk()
    desk.expect()
    desk.fail(failure(true), 'a')
    void desk.ask(screen('a'), { signal })
    expect(desk.state.kind).toBe('asking')
  })

  it('says that another tab was quicker, and about nothing else', async () => {
    const desk = new RequestDesk()
    const asked = desk.ask(screen('a'), { signal })
    desk.answeredElsewhere('b')
    expect(desk.state.kind).toBe('asking')
    desk.answeredElsewhere('a')
    expect([desk.state.kind, (await asked).decision]).toEqual(['elsewhere', 'later'])
  })

  it('forgets a question that is called off while it waits', async () => {
    const desk = new RequestDesk()
    const stop = new AbortController()
    void desk.ask(screen('a'), { signal })
    desk.decide({ decision: 'decline' })
    desk.finish({ ...done('a'), decision: 'declined' })
    const waiting = desk.ask(screen('b'), { signal: stop.signal })
    stop.abort('over')
    await expect(waiting).rejects.toBe('over')
    expect(desk.hasNext).toBe(false)
    desk.leave()
    expect(desk.state.kind).toBe('idle')
  })

  it('waits no longer when the person goes elsewhere', () => {
    const desk = new RequestDesk()
    desk.expect()
    desk.leave()
    expect(desk.state.kind).toBe('idle')
  })
})
