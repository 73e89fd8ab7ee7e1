export type {} from '../errors.ts'
export { AnimatedDecoder, type AnimatedProgress } from './animated-decoder.ts'
export { type AnimatedOptions, type AnimatedParts, createAnimatedParts } from './animated-parts.ts'
