import { configInvalid } from './config-invalid.ts'

/** What the sponsor may spend, in wei: gas and ether together. */
export interface SponsorBudgets {
  /** For one fuel token, as long as it is valid. */
  readonly perToken: bigint
  /** For one device address, however many tokens it has, in a day (UTC). */
  readonly perAddressAndDay: bigint
  /** For everybody together in a day (UTC). */
  readonly perDay: bigint
  /** Ether that one request may be given. */
  readonly perTopUp: bigint
  /** Wei per gas that the sponsor pays itself; when the network asks for more, it waits. */
  readonly perGas: bigint
}

const GWEI = 10n ** 9n
const ETHER = 10n ** 18n

/** The budgets unless others are given. */
export const DEFAULT_SPONSOR_BUDGETS: SponsorBudgets = Object.freeze({
  perToken: ETHER / 20n,
  perAddressAndDay: ETHER / 10n,
  perDay: ETHER,
  perTopUp: ETHER / 50n,
  perGas: 200n * GWEI,
})

/**
 * The default budgets with some replaced.
 *
 * @throws UportError `SPONSOR_CONFIG_INVALID` for an unknown name or a value that is no positive bigint
 */
export function createSponsorBudgets(
  changes: Partial<Readonly<Record<string, unknown>>> = {},
): SponsorBudgets {
  const budgets: Record<string, bigint> = { ...DEFAULT_SPONSOR_BUDGETS }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (!Object.hasOwn(DEFAULT_SPONSOR_BUDGETS, name))
      throw configInvalid(`budgets.${name}`, 'unknown budget')
    if (typeof value !== 'bigint' || value <= 0n)
      throw configInvalid(`budgets.${name}`, 'must be a positive number of wei (bigint)')
    budgets[name] = value
  }
  return Object.freeze({ ...DEFAULT_SPONSOR_BUDGETS, ...budgets })
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['wei', 0],
  ['gwei', 9],
  ['ether', 18],
])

/** Reads an amount such as `0.05 ether`, `30gwei` or `1000 wei`; undefined where the text is none, or not whole in wei. */
export function parseWei(text: string): bigint | undefined {
  const [, whole = '', fraction = '', unit = ''] =
    /^(\d{1,40})(?:\.(\d{1,18}))? ?(wei|gwei|ether)$/.exec(text) ?? []
  const decimals = UNITS.get(unit)
  if (decimals === undefined || fraction.length > decimals) return undefined
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/** Wei as people read it: in ether, without needless zeros. */
export function formatWei(wei: bigint): string {
  const digits = wei.toString().padStart(19, '0')
  const fraction = digits.slice(-18).replace(/0+$/, '')
  return `${digits.slice(0, -18)}${fraction === '' ? '' : `.${fraction}`} ether`
}
