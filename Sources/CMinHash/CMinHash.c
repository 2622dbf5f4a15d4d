#include "CMinHash.h"

#define LANES LEAT_MINHASH_LANES

static void portable(const uint32_t *items, size_t count, const uint32_t *mask, const uint32_t *factor,
                     uint32_t *minima, size_t functions) {
    for (size_t block = 0; block < functions; block += LANES) {
        uint32_t least[LANES];
        for (int lane = 0; lane < LANES; lane++) least[lane] = UINT32_MAX;
        for (size_t item = 0; item < count; item++) {
            uint32_t x = items[item];
            for (int lane = 0; lane < LANES; lane++) {
                uint32_t t = (x ^ mask[block + lane]) * factor[block + lane];
                t ^= t >> 15;
                least[lane] = t < least[lane] ? t : least[lane];
            }
        }
        for (int lane = 0; lane < LANES; lane++) minima[block + lane] = least[lane];
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

// Two vectors of functions a pass: with masks, factors and minima that is what sixteen registers hold with room to spare.
__attribute__((target("avx2")))
static void avx2(const uint32_t *items, size_t count, const uint32_t *mask, const uint32_t *factor,
                 uint32_t *minima, size_t functions) {
    for (size_t block = 0; block < functions; block += LANES) {
        __m256i maskA = _mm256_loadu_si256((const __m256i *)(mask + block));
        __m256i maskB = _mm256_loadu_si256((const __m256i *)(mask + block + 8));
        __m256i factorA = _mm256_loadu_si256((const __m256i *)(factor + block));
        __m256i factorB = _mm256_loadu_si256((const __m256i *)(factor + block + 8));
        __m256i leastA = _mm256_set1_epi32(-1), leastB = leastA;
        for (size_t item = 0; item < count; item++) {
            __m256i x = _mm256_set1_epi32((int)items[item]);
            __m256i a = _mm256_mullo_epi32(_mm256_xor_si256(x, maskA), factorA);
            __m256i b = _mm256_mullo_epi32(_mm256_xor_si256(x, maskB), factorB);
            a = _mm256_xor_si256(a, _mm256_srli_epi32(a, 15));
            b = _mm256_xor_si256(b, _mm256_srli_epi32(b, 15));
            leastA = _mm256_min_epu32(leastA, a);
            leastB = _mm256_min_epu32(leastB, b);
        }
        _mm256_storeu_si256((__m256i *)(minima + block), leastA);
        _mm256_storeu_si256((__m256i *)(minima + block + 8), leastB);
    }
}

// `vectors` (a constant in each call, so the loops unroll) times sixteen functions, kept in registers over all items.
__attribute__((target("avx512f"), always_inline))
static inline void avx512_blocks(const uint32_t *items, size_t count, const uint32_t *mask, const uint32_t *factor,
                                 uint32_t *minima, const int vectors) {
    __m512i masks[4], factors[4], least[4];
    for (int v = 0; v < vectors; v++) {
        masks[v] = _mm512_loadu_si512(mask + v * LANES);
        factors[v] = _mm512_loadu_si512(factor + v * LANES);
        least[v] = _mm512_set1_epi32(-1);
    }
    for (size_t item = 0; item < count; item++) {
        __m512i x = _mm512_set1_epi32((int)items[item]);
        for (int v = 0; v < vectors; v++) {
            __m512i t = _mm512_mullo_epi32(_mm512_xor_si512(x, masks[v]), factors[v]);
            t = _mm512_xor_si512(t, _mm512_srli_epi32(t, 15));
            least[v] = _mm512_min_epu32(least[v], t);
        }
    }
    for (int v = 0; v < vectors; v++) _mm512_storeu_si512(minima + v * LANES, least[v]);
}

__attribute__((target("avx512f")))
static void avx512(const uint32_t *items, size_t count, const uint32_t *mask, const uint32_t *factor,
                   uint32_t *minima, size_t functions) {
    size_t block = 0;
    for (; block + 4 * LANES <= functions; block += 4 * LANES)
        avx512_blocks(items, count, mask + block, factor + block, minima + block, 4);
    switch ((functions - block) / LANES) {
    case 3: avx512_blocks(items, count, mask + block, factor + block, minima + block, 3); break;
    case 2: avx512_blocks(items, count, mask + block, factor + block, minima + block, 2); break;
    case 1: avx512_blocks(items, count, mask + block, factor + block, minima + block, 1); break;
    }
}

leat_minhash_kernel leat_minhash_best(void) {
    if (__builtin_cpu_supports("avx512f")) return leat_minhash_avx512;
    if (__builtin_cpu_supports("avx2")) return leat_minhash_avx2;
    return leat_minhash_portable;
}

void leat_minhash(leat_minhash_kernel kernel, const uint32_t *items, size_t count,
                  const uint32_t *mask, const uint32_t *factor, uint32_t *minima, size_t functions) {
    leat_minhash_kernel best = leat_minhash_best();
    if (kernel == leat_minhash_avx512 && best == leat_minhash_avx512)
        avx512(items, count, mask, factor, minima, functions);
    else if (kernel >= leat_minhash_avx2 && best >= leat_minhash_avx2)
        avx2(items, count, mask, factor, minima, functions);
    else
        portable(items, count, mask, factor, minima, functions);
}

#else

leat_minhash_kernel leat_minhash_best(void) { return leat_minhash_portable; }

void leat_minhash(leat_minhash_kernel kernel, const uint32_t *items, size_t count,
                  const uint32_t *mask, const uint32_t *factor, uint32_t *minima, size_t functions) {
    (void)kernel;
    portable(items, count, mask, factor, minima, functions);
}

#endif
