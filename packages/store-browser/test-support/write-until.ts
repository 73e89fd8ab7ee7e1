import type { Page } from 'playwright-core'

/** Has a page write pairs of records, each pair in one transaction, without end, and learns which it was told are stored. */
export async function writeUntil(
  page: Page,
  count: number,
): Promise<{ readonly acknowledged: readonly number[]; readonly enough: Promise<void> }> {
  const acknowledged: number[] = []
  let resolveEnough = () => {}
  const enough = new Promise<void>((resolve) => {
    resolveEnough = resolve
  })
  await page.exposeFunction('acknowledge', (round: number) => {
    acknowledged.push(round)
    if (acknowledged.length === count) resolveEnough()
  })
  const writing = page.evaluate(async () => {
    const wallet = await stores.openBrowserWalletStore()
    const acknowledge: (round: number) => Promise<void> = Reflect.get(globalThis, 'acknowledge')
    for (let round = 0; ; round++) {
      await wallet.replaceRecords(['a', 'b'].map((key) => ({ collection: 'c', key, value: round })))
      acknowledge(round)
    }
  })
  // It ends with the page.
  writing.catch(() => {})
  return { acknowledged, enough }
}
