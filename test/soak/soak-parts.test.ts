import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Ledger } from './ledger.ts'
import { LossyProxy } from './lossy-proxy.ts'
import { MemorySeries } from './memory-series.ts'
import { runSoakCommand } from './soak-command.ts'

describe('the ledger of the soak', () => {
  it.each([
    { received: [1, 2, 3], counts: {} },
    { received: [1, 2, 3, 4], counts: {} },
    { received: [1, 3], counts: { lost: 1 } },
    { received: [], counts: { lost: 3 } },
    { received: [1, 2, 2, 3], counts: { twice: 1 } },
    { received: [1, 3, 2], counts: { disordered: 1 } },
    { received: [3, 3, 1], counts: { lost: 1, twice: 1, disordered: 1 } },
  ])('finds in $received: $counts', ({ received, counts }) => {
    const ledger = new Ledger()
    ledger.compare('a reader', [1, 2, 3], received)
    const { lost, twice, disordered } = ledger.counts
    expect({ lost, twice, disordered }).toEqual({ lost: 0, twice: 0, disordered: 0, ...counts })
    expect(ledger.violations).toBe(ledger.told.length)
  })
})

describe('the memory of the soak', () => {
  /** Ten minutes of a process that grows by so many bytes a minute, with some noise. */
  function grownBy(bytes: number): MemorySeries {
    const series = new MemorySeries()
    for (let minutes = 0; minutes <= 10; minutes += 1 / 6) {
      const noise = 400_000 * Math.sin(minutes * 40)
      const warmUp = 2e7 * Math.min(minutes, 1.5)
      const used = warmUp + noise + minutes * bytes
      series.add(minutes, { used, native: 5e7, rss: 1e8 + used })
    }
    return series
  }

  it('is flat where it only warms up', () => {
    expect(grownBy(0).isFlat).toBe(true)
    expect(grownBy(0).slope('used')).toBeCloseTo(0, 1)
  })

  it('is not where it grows by a megabyte a minute', () => {
    expect(grownBy(1e6).isFlat).toBe(false)
    expect(grownBy(1e6).slope('used')).toBeCloseTo(1, 1)
  })

  it('is not judged after a minute', () => {
    const series = new MemorySeries()
    for (const minutes of [0.5, 1]) series.add(minutes, { used: minutes * 1e9, native: 1e9, rss: 2e9 })
    expect([series.slope('used'), series.isFlat]).toEqual([undefined, true])
  })
})

describe('the lossy network of the soak', () => {
  it('passes everything on, and then nothing, and tells neither end', async () => {
    const arrived: Socket[] = []
    const server = createServer((socket) => {
      arrived.push(socket)
      socket.on('error', () => {})
      socket.pipe(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const proxy = await LossyProxy.start(address.port)
    const client = createConnection(Number(new URL(proxy.url).port), '127.0.0.1')
    client.write('a')
    expect(String((await once(client, 'data'))[0])).toBe('a')
    const [swallowed] = proxy.swallow()
    let received = 0
    client.on('data', () => received++)
    client.write('b')
    // What is sent on another connection arrives: the time would have sufficed.
    const second = createConnection(Number(new URL(proxy.url).port), '127.0.0.1')
    second.write('c')
    await once(second, 'data')
    expect([received, client.destroyed, arrived[0]?.destroyed]).toEqual([0, false, false])
    swallowed?.destroy()
    client.destroy()
    second.destroy()
    await proxy.close()
    server.close()
    await once(server, 'close')
  })
})

describe('the soak command', () => {
  it.each([[['--minutes', 'x']], [['--lanes', '0']], [['--seed', '-1']], [['--nonsense']]])(
    'refuses %j',
    async (args) => {
      expect(await runSoakCommand(args)).toBe(2)
    },
  )
})
