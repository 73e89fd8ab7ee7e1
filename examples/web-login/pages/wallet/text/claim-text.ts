import type { Json } from '@uport-kit/core'
import { displayText } from '@uport-kit/wallet'

const LABELS: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['given_name', 'Given name'],
  ['family_name', 'Family name'],
  ['email', 'E-mail address'],
  ['phone', 'Phone number'],
  ['phone_number', 'Phone number'],
  ['address', 'Address'],
  ['country', 'Country'],
  ['birthdate', 'Date of birth'],
  ['dob', 'Date of birth'],
  ['avatar', 'Picture'],
  ['image', 'Picture'],
  ['residence', 'Residence'],
  ['membership', 'Membership'],
])

/** What a claim is called for people. Names that nobody agreed on are shown as they are, cleaned. */
export function claimLabel(name: string): string {
  return LABELS.get(name) ?? displayText(name, 64).text
}

/** A value on one line. */
export function valueText(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return displayText(value).text
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  return displayText(JSON.stringify(value)).text
}
