/** Fragments of one message. Mixing and solving take time by their number; others' codecs took minutes for a million. */
export const MAX_FRAGMENTS = 64
export const MAX_MESSAGE_BYTES = 65_536
/** Nine digits: a code that changes ten times a second for three years. */
export const MAX_SEQUENCE = 999_999_999
/** Characters of the largest QR code (version 40, alphanumeric, low error correction). */
export const MAX_FRAME_CHARACTERS = 4296
/** Messages that are collected at a time: a person may turn to another code, and come back. */
export const MAX_MESSAGES = 4
