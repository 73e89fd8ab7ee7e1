const WEI_DIGITS = 18

/** An amount of ether, exact to the last wei: what is shown is what is sent. */
export function etherText(wei: bigint): string {
  const digits = wei.toString().padStart(WEI_DIGITS + 1, '0')
  const whole = digits.slice(0, -WEI_DIGITS)
  const fraction = digits.slice(-WEI_DIGITS).replace(/0+$/, '')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, '\u202f')
  return `${fraction === '' ? grouped : `${grouped}.${fraction}`} ETH`
}

/** A balance or a fee, rounded down to six decimals; never to nothing. */
export function roughEtherText(wei: bigint): string {
  const unit = 10n ** 12n
  if (wei > 0n && wei < unit) return 'less than 0.000001 ETH'
  return etherText(wei - (wei % unit))
}
