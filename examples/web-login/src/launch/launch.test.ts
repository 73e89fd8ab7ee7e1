import { expect, it } from 'vitest'
import { reserveServer } from '../servers/page-server.ts'
import { HELP, parseArguments } from './arguments.ts'
import { buildPages } from './build-pages.ts'
import { launchPorts } from './launch-ports.ts'

it('reads its options', () => {
  expect(parseArguments([], '/w')).toEqual({ port: 4001, data: '/w/.uport/web', help: false })
  expect(parseArguments(['--port', '0', '--fresh'], '/w')).toEqual({ port: 0, data: undefined, help: false })
  expect(parseArguments(['--data', 'd', '--help'], '/w')).toMatchObject({ data: 'd', help: true })
  for (const wrong of [['--port', 'x'], ['--port', '65530'], ['--data', 'd', '--fresh'], ['--no'], ['x']])
    expect(() => parseArguments(wrong, '/w')).toThrow(/--/)
  for (const option of ['--port', '--data', '--fresh', '--help']) expect(HELP).toContain(option)
})

it('takes seven ports in a row, or free ones', () => {
  expect(Object.values(launchPorts(4001))).toEqual([4001, 4002, 4003, 4004, 4005, 4006, 4007])
  expect(new Set(Object.values(launchPorts(0)))).toEqual(new Set([0]))
})

it('says of a port that is in use which option chooses another', async () => {
  const first = await reserveServer(0)
  try {
    const { port } = new URL(first.url)
    await expect(reserveServer(Number(port))).rejects.toThrow(
      `Port ${port} is in use: choose others with --port <n>, or --port 0 for free ones.`,
    )
  } finally {
    await first.close()
  }
})

it('bundles no site that is not there', async () => {
  expect(await buildPages('pages/none')).toBeUndefined()
})
