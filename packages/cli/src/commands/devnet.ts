import type { Devnet } from '@uport-kit/devnet'
import type { Arguments } from '../arguments.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { updateConfigFile } from '../config/config-file.ts'
import type { Context } from '../context.ts'

/** Runs a development network until it is interrupted; `--save` makes it the configured one. */
export async function run(args: Arguments, { terminal, settings, signal }: Context): Promise<undefined> {
  const { startDevnet } = await import('@uport-kit/devnet').catch((error: unknown) => {
    throw new CliError('This needs a package of its own: npm install @uport-kit/devnet', undefined, {
      cause: error,
    })
  })
  const ports = {
    rpc: portOf(args, 'rpc-port'),
    gateway: portOf(args, 'gateway-port'),
    ipfsApi: portOf(args, 'ipfs-api-port'),
    relay: portOf(args, 'relay-port'),
    sponsor: portOf(args, 'sponsor-port'),
  }
  const sponsored = args.flag('sponsor')
  const devnet = await startDevnet({
    ports,
    dataDirectory: args.text('data-dir'),
    sponsor: sponsored,
    signal,
  })
  try {
    if (args.flag('save')) await save(devnet, settings.paths.configFile)
    const { rpcUrl, networkId, registry, identityContracts, gatewayUrl, ipfsApiUrl, relayUrl } = devnet
    const { sponsor, accounts } = devnet
    const services = { identityContracts, gatewayUrl, ipfsApiUrl, relayUrl, sponsor, accounts }
    const [funded] = accounts
    terminal.print({ rpcUrl, networkId, registry, ...services }, [
      `network   ${networkId} at ${rpcUrl}`,
      `registry  ${registry}`,
      `manager   ${identityContracts.identityManager}`,
      `gateway   ${gatewayUrl}`,
      `ipfs api  ${ipfsApiUrl}`,
      `relay     ${relayUrl}`,
      ...(sponsor === undefined ? [] : [`sponsor   ${sponsor.url} (issuer ${sponsor.issuer.did})`]),
      `funded    ${funded?.address} (its key is public: ${funded?.privateKey})`,
      args.flag('save') ? `Saved in ${settings.paths.configFile}. Ctrl-C stops it.` : 'Ctrl-C stops it.',
    ])
    await untilAborted(signal)
  } finally {
    await devnet.stop()
  }
}

async function save(devnet: Devnet, configFile: string): Promise<void> {
  const { networkId, rpcUrl, registry, identityContracts, gatewayUrl, ipfsApiUrl, relayUrl } = devnet
  const manager = identityContracts.identityManager
  await updateConfigFile(configFile, {
    network: networkId,
    networks: { [networkId]: { name: 'devnet', rpcUrls: [rpcUrl], registry, manager } },
    gateways: [gatewayUrl],
    ipfsApi: ipfsApiUrl,
    relay: relayUrl,
  })
}

function portOf(args: Arguments, name: string): number | undefined {
  const port = args.whole(name)
  if (port === undefined || port <= 65_535) return port
  throw new UsageError(`--${name} is at most 65535.`)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
