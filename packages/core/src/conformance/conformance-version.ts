/**
 * The version of the cases, of all suites together (semver 2.0.0).
 *
 * - patch: words and next steps; who passed still passes
 * - minor: a case was added (its `since` is that version), or one accepts more than it did
 * - major: a case accepts less than it did, or was removed; its id is never used again
 */
export const CONFORMANCE_VERSION = '1.2.0'
