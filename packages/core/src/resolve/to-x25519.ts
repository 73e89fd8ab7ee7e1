/** The field of curve25519 (RFC 7748, section 4.1). */
const P = 2n ** 255n - 19n
/** `d` of edwards25519: -121665/121666. */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
/** One of the two `y` of points of order 8; the other is its negative. */
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n

/** The `y` of the points whose order divides 8: whoever holds one holds no secret. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, ORDER_8, P - ORDER_8])

/**
 * The x25519 key of whoever holds an Ed25519 key: the birational map of RFC 7748, section 4.1. Public keys only: its time
 * depends on them.
 *
 * @param publicKey 32 bytes, as RFC 8032, section 5.1.2 writes a point
 * @returns 32 bytes; `undefined` where the bytes are no point of the curve, or one of small order
 */
export function toX25519(publicKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== 32) return undefined
  // The top bit is the sign of x, which the map forgets. No point with x = 0 gets past the small orders.
  const y = readLittleEndian(publicKey) & (2n ** 255n - 1n)
  if (y >= P || SMALL_ORDER.has(y)) return undefined
  const square = y * y
  // x² = (y² - 1) / (d y² + 1); a quotient is a square where the product is.
  if (power((square - 1n) * (D * square + 1n), (P - 1n) / 2n) !== 1n) return undefined
  return writeLittleEndian(mod((1n + y) * power(1n - y, P - 2n)))
}

function mod(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}

function readLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function writeLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
}
