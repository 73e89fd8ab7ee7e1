import { describeWithProgram } from '../describe-with-program.ts'

/** Tests in a real browser: left out, visibly, where no Chromium is installed. */
export function describeBrowser(title: string, tests: () => void): void {
  describeWithProgram('chromium', title, () => tests())
}
