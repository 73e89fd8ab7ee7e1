// The permutation Keccak-f[1600] (FIPS 202, section 3.3) with its 25 lanes in local variables, 32 bits each: l the low
// half, h the high one. Lane x + 5y of the standard has the number x + 5y here. Unrolled, it takes a third of the time
// that loops over an array take; lanes move along the one cycle that their places form, so few other names are needed.

/** Round constants, low and high half in turn, as the standard's algorithm 5 makes them. */
const RC: Int32Array = /* @__PURE__ */ roundConstants()

function roundConstants(): Int32Array {
  const halves = new Int32Array(48)
  let register = 1
  for (let round = 0; round < 48; round += 2) {
    for (let bit = 1; bit <= 64; bit *= 2) {
      if ((register & 1) !== 0) halves[round + (bit >> 6)]! |= 1 << (bit - 1)
      register = (register << 1) ^ ((register >> 7) * 0x171)
    }
  }
  return halves
}

/** 25 lanes as 50 halves, each a number of 32 bits with a sign. */
export type KeccakState = Numbers<50>

type Numbers<Length extends number, Made extends number[] = []> = Made['length'] extends Length
  ? Made
  : Numbers<Length, [...Made, number]>

/** The state permuted; what is given stays as it is. */
export function keccakF(state: KeccakState): KeccakState {
  let [
    l0,
    h0,
    l1,
    h1,
    l2,
    h2,
    l3,
    h3,
    l4,
    h4,
    l5,
    h5,
    l6,
    h6,
    l7,
    h7,
    l8,
    h8,
    l9,
    h9,
    l10,
    h10,
    l11,
    h11,
    l12,
    h12,
    l13,
    h13,
    l14,
    h14,
    l15,
    h15,
    l16,
    h16,
    l17,
    h17,
    l18,
    h18,
    l19,
    h19,
    l20,
    h20,
    l21,
    h21,
    l22,
    h22,
    l23,
    h23,
    l24,
    h24,
  ] = state
  for (let round = 0; round < 48; round += 2) {
    const cl0 = l0 ^ l5 ^ l10 ^ l15 ^ l20
    const ch0 = h0 ^ h5 ^ h10 ^ h15 ^ h20
    const cl1 = l1 ^ l6 ^ l11 ^ l16 ^ l21
    const ch1 = h1 ^ h6 ^ h11 ^ h16 ^ h21
    const cl2 = l2 ^ l7 ^ l12 ^ l17 ^ l22
    const ch2 = h2 ^ h7 ^ h12 ^ h17 ^ h22
    const cl3 = l3 ^ l8 ^ l13 ^ l18 ^ l23
    const ch3 = h3 ^ h8 ^ h13 ^ h18 ^ h23
    const cl4 = l4 ^ l9 ^ l14 ^ l19 ^ l24
    const ch4 = h4 ^ h9 ^ h14 ^ h19 ^ h24
    const dl0 = cl4 ^ ((cl1 << 1) | (ch1 >>> 31))
    const dh0 = ch4 ^ ((ch1 << 1) | (cl1 >>> 31))
    const dl1 = cl0 ^ ((cl2 << 1) | (ch2 >>> 31))
    const dh1 = ch0 ^ ((ch2 << 1) | (cl2 >>> 31))
    const dl2 = cl1 ^ ((cl3 << 1) | (ch3 >>> 31))
    const dh2 = ch1 ^ ((ch3 << 1) | (cl3 >>> 31))
    const dl3 = cl2 ^ ((cl4 << 1) | (ch4 >>> 31))
    const dh3 = ch2 ^ ((ch4 << 1) | (cl4 >>> 31))
    const dl4 = cl3 ^ ((cl0 << 1) | (ch0 >>> 31))
    const dh4 = ch3 ^ ((ch0 << 1) | (cl0 >>> 31))
    l0 ^= dl0
    h0 ^= dh0
    // Rotations and places: lane 1 goes to 10, 10 to 7 and so on, until all but lane 0 have moved.
    let a = l1 ^ dl1
    let b = h1 ^ dh1
    let c: number
    let d: number
    c = l10 ^ dl0
    d = h10 ^ dh0
    l10 = (a << 1) | (b >>> 31)
    h10 = (b << 1) | (a >>> 31)
    a = l7 ^ dl2
    b = h7 ^ dh2
    l7 = (c << 3) | (d >>> 29)
    h7 = (d << 3) | (c >>> 29)
    c = l11 ^ dl1
    d = h11 ^ dh1
    l11 = (a << 6) | (b >>> 26)
    h11 = (b << 6) | (a >>> 26)
    a = l17 ^ dl2
    b = h17 ^ dh2
    l17 = (c << 10) | (d >>> 22)
    h17 = (d << 10) | (c >>> 22)
    c = l18 ^ dl3
    d = h18 ^ dh3
    l18 = (a << 15) | (b >>> 17)
    h18 = (b << 15) | (a >>> 17)
    a = l3 ^ dl3
    b = h3 ^ dh3
    l3 = (c << 21) | (d >>> 11)
    h3 = (d << 21) | (c >>> 11)
    c = l5 ^ dl0
    d = h5 ^ dh0
    l5 = (a << 28) | (b >>> 4)
    h5 = (b << 28) | (a >>> 4)
    a = l16 ^ dl1
    b = h16 ^ dh1
    l16 = (d << 4) | (c >>> 28)
    h16 = (c << 4) | (d >>> 28)
    c = l8 ^ dl3
    d = h8 ^ dh3
    l8 = (b << 13) | (a >>> 19)
    h8 = (a << 13) | (b >>> 19)
    a = l21 ^ dl1
    b = h21 ^ dh1
    l21 = (d << 23) | (c >>> 9)
    h21 = (c << 23) | (d >>> 9)
    c = l24 ^ dl4
    d = h24 ^ dh4
    l24 = (a << 2) | (b >>> 30)
    h24 = (b << 2) | (a >>> 30)
    a = l4 ^ dl4
    b = h4 ^ dh4
    l4 = (c << 14) | (d >>> 18)
    h4 = (d << 14) | (c >>> 18)
    c = l15 ^ dl0
    d = h15 ^ dh0
    l15 = (a << 27) | (b >>> 5)
    h15 = (b << 27) | (a >>> 5)
    a = l23 ^ dl3
    b = h23 ^ dh3
    l23 = (d << 9) | (c >>> 23)
    h23 = (c << 9) | (d >>> 23)
    c = l19 ^ dl4
    d = h19 ^ dh4
    l19 = (b << 24) | (a >>> 8)
    h19 = (a << 24) | (b >>> 8)
    a = l13 ^ dl3
    b = h13 ^ dh3
    l13 = (c << 8) | (d >>> 24)
    h13 = (d << 8) | (c >>> 24)
    c = l12 ^ dl2
    d = h12 ^ dh2
    l12 = (a << 25) | (b >>> 7)
    h12 = (b << 25) | (a >>> 7)
    a = l2 ^ dl2
    b = h2 ^ dh2
    l2 = (d << 11) | (c >>> 21)
    h2 = (c << 11) | (d >>> 21)
    c = l20 ^ dl0
    d = h20 ^ dh0
    l20 = (b << 30) | (a >>> 2)
    h20 = (a << 30) | (b >>> 2)
    a = l14 ^ dl4
    b = h14 ^ dh4
    l14 = (c << 18) | (d >>> 14)
    h14 = (d << 18) | (c >>> 14)
    c = l22 ^ dl2
    d = h22 ^ dh2
    l22 = (b << 7) | (a >>> 25)
    h22 = (a << 7) | (b >>> 25)
    a = l9 ^ dl4
    b = h9 ^ dh4
    l9 = (d << 29) | (c >>> 3)
    h9 = (c << 29) | (d >>> 3)
    c = l6 ^ dl1
    d = h6 ^ dh1
    l6 = (a << 20) | (b >>> 12)
    h6 = (b << 20) | (a >>> 12)
    l1 = (d << 12) | (c >>> 20)
    h1 = (c << 12) | (d >>> 20)
    a = l0
    b = l1
    l0 ^= ~l1 & l2
    l1 ^= ~l2 & l3
    l2 ^= ~l3 & l4
    l3 ^= ~l4 & a
    l4 ^= ~a & b
    c = h0
    d = h1
    h0 ^= ~h1 & h2
    h1 ^= ~h2 & h3
    h2 ^= ~h3 & h4
    h3 ^= ~h4 & c
    h4 ^= ~c & d
    a = l5
    b = l6
    l5 ^= ~l6 & l7
    l6 ^= ~l7 & l8
    l7 ^= ~l8 & l9
    l8 ^= ~l9 & a
    l9 ^= ~a & b
    c = h5
    d = h6
    h5 ^= ~h6 & h7
    h6 ^= ~h7 & h8
    h7 ^= ~h8 & h9
    h8 ^= ~h9 & c
    h9 ^= ~c & d
    a = l10
    b = l11
    l10 ^= ~l11 & l12
    l11 ^= ~l12 & l13
    l12 ^= ~l13 & l14
    l13 ^= ~l14 & a
    l14 ^= ~a & b
    c = h10
    d = h11
    h10 ^= ~h11 & h12
    h11 ^= ~h12 & h13
    h12 ^= ~h13 & h14
    h13 ^= ~h14 & c
    h14 ^= ~c & d
    a = l15
    b = l16
    l15 ^= ~l16 & l17
    l16 ^= ~l17 & l18
    l17 ^= ~l18 & l19
    l18 ^= ~l19 & a
    l19 ^= ~a & b
    c = h15
    d = h16
    h15 ^= ~h16 & h17
    h16 ^= ~h17 & h18
    h17 ^= ~h18 & h19
    h18 ^= ~h19 & c
    h19 ^= ~c & d
    a = l20
    b = l21
    l20 ^= ~l21 & l22
    l21 ^= ~l22 & l23
    l22 ^= ~l23 & l24
    l23 ^= ~l24 & a
    l24 ^= ~a & b
    c = h20
    d = h21
    h20 ^= ~h21 & h22
    h21 ^= ~h22 & h23
    h22 ^= ~h23 & h24
    h23 ^= ~h24 & c
    h24 ^= ~c & d
    l0 ^= RC[round]!
    h0 ^= RC[round + 1]!
  }
  return [
    l0,
    h0,
    l1,
    h1,
    l2,
    h2,
    l3,
    h3,
    l4,
    h4,
    l5,
    h5,
    l6,
    h6,
    l7,
    h7,
    l8,
    h8,
    l9,
    h9,
    l10,
    h10,
    l11,
    h11,
    l12,
    h12,
    l13,
    h13,
    l14,
    h14,
    l15,
    h15,
    l16,
    h16,
    l17,
    h17,
    l18,
    h18,
    l19,
    h19,
    l20,
    h20,
    l21,
    h21,
    l22,
    h22,
    l23,
    h23,
    l24,
    h24,
  ]
}
