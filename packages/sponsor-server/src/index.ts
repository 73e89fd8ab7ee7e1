export type { SponsorStoreProblem } from './errors.ts'
