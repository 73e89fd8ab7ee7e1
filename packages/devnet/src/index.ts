export type { DevnetAccount } from './anvil.ts'
export { type Devnet, type DevnetOptions, type DevnetPorts, startDevnet } from './devnet.ts'
export type { IdentityContracts } from './identity-contracts.ts'
export type { DevnetSponsor } from './sponsor.ts'
