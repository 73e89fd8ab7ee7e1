/** A program that tests need and npm does not bring. */
export interface Program {
  readonly name: string
  readonly debianPackage: string
  /** Its names on the PATH, the best first. */
  readonly commands: readonly string[]
  /** Environment variable that says where it is. */
  readonly pathVariable: string
  /** Environment variable that is `required` where a missing program is a failure. */
  readonly requiredVariable: string
}
export const programs: readonly Program[]
export function findProgram(
  name: string,
  env?: Readonly<Record<string, string | undefined>>,
): string | undefined
export function providePrograms(): Promise<{ env: Record<string, string>; missing: string[] }>
