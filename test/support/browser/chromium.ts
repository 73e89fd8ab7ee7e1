import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core'
import { findProgram } from '../../../scripts/lib/programs.mjs'

export interface ChromiumOptions {
  /** More switches, such as those of a fake camera. */
  readonly args?: readonly string[] | undefined
}

/** Starts the installed Chromium, headless, with a profile that is gone when it is closed. */
export function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch(launchOptions(options))
}

/** Starts it on a profile in a folder, which outlives it: for what has to survive a restart. */
export function launchChromiumProfile(
  folder: string,
  options: ChromiumOptions = {},
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, launchOptions(options))
}

function launchOptions({ args = [] }: ChromiumOptions): LaunchOptions {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('No chromium here: install it, or set CHROMIUM_PATH')
  // The sandbox refuses root, and needs rights that containers lack; the pages are our own.
  return {
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: ['--disable-dev-shm-usage', ...args],
  }
}
