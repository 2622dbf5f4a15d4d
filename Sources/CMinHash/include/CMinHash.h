#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CTextScan.h"

// The inner loop of MinHash: for each function i, the least value of h_i(x) over a set of 32-bit items x, where
//
//     t = (x ^ mask[i]) * factor[i]      (mod 2^32; factor[i] is odd)
//     h_i(x) = t ^ (t >> 15)
//
// Each step can be undone, so h_i is a permutation of the 32-bit numbers: two different items never share a value, and equal
// minima mean equal items. The shift breaks the straight lines that a bare product leaves among the smallest values.

/// How a kernel computes. All give the same values.
typedef enum {
    leat_minhash_portable = 0,
    leat_minhash_avx2 = 1,
    leat_minhash_avx512 = 2,
} leat_minhash_kernel;

/// `functions` has to be a multiple of this many.
enum { LEAT_MINHASH_LANES = 16 };

/// The fastest kernel that this processor has.
leat_minhash_kernel leat_minhash_best(void);

/// minima[i] = min over x in items of h_i(x), for i < functions; UINT32_MAX where there is no item.
/// Asks for nothing of alignment. A kernel that the processor does not have falls back to the portable one.
void leat_minhash(leat_minhash_kernel kernel, const uint32_t *items, size_t count,
                  const uint32_t *mask, const uint32_t *factor, uint32_t *minima, size_t functions);
