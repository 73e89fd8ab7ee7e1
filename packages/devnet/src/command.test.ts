import { describe, expect, it } from 'vitest'
import { help, parseCommand } from './command.ts'

describe('parseCommand', () => {
  it('starts on free ports and keeps nothing by default', () => {
    expect(parseCommand([])).toEqual({
      kind: 'start',
      json: false,
      options: {
        ports: {
          rpc: undefined,
          gateway: undefined,
          ipfsApi: undefined,
          relay: undefined,
          sponsor: undefined,
        },
        sponsor: false,
        dataDirectory: undefined,
      },
    })
  })

  it('reads every option', () => {
    const args =
      '--rpc-port 1 --gateway-port 2 --ipfs-api-port 3 --relay-port 65535 --sponsor --sponsor-port 5 --data-dir here --json'.split(
        ' ',
      )
    expect(parseCommand(args)).toEqual({
      kind: 'start',
      json: true,
      options: {
        ports: { rpc: 1, gateway: 2, ipfsApi: 3, relay: 65535, sponsor: 5 },
        sponsor: true,
        dataDirectory: 'here',
      },
    })
  })

  it.each(['-1', '65536', '1e3', '', 'http', '000001'])('refuses the port %j', (port) => {
    expect(() => parseCommand([`--relay-port=${port}`])).toThrow(TypeError)
  })

  it('refuses an option it does not know', () => {
    expect(() => parseCommand(['--mainnet'])).toThrow(TypeError)
  })

  it('explains each option', () => {
    expect(parseCommand(['--help', '--json'])).toEqual({ kind: 'help' })
    for (const option of [
      '--rpc-port',
      '--gateway-port',
      '--ipfs-api-port',
      '--relay-port',
      '--sponsor',
      '--sponsor-port',
      '--data-dir',
      '--json',
    ]) {
      expect(help).toContain(option)
    }
  })
})
