#include "CTreeEnsemble.h"

// Eight rows at a step, in loops that compilers turn into vectors.
static void add_portable(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_split *splits, const float *leaves, const float *tile,
    size_t rows, float *sums) {
    enum { lanes = 8 };
    for (size_t row = 0; row < rows; row += lanes) {
        for (size_t t = 0; t < tree_count; t += step) {
            uint32_t left[lanes];
            for (int i = 0; i < lanes; i++) left[i] = 0xFFFFFFFFu;
            const leat_tree_split *split = splits + trees[t].first, *end = split + trees[t].count;
            for (; split < end; split++) {
                const float *column = tile + (size_t)split->feature * leat_tile_rows + row;
                for (int i = 0; i < lanes; i++) left[i] &= column[i] > split->threshold ? split->kept : 0xFFFFFFFFu;
            }
            for (int i = 0; i < lanes; i++) sums[row + i] += leaves[t * leat_tree_leaves + (size_t)__builtin_ctz(left[i])];
        }
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,avx512cd"))) static void add_avx512(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_split *splits, const float *leaves, const float *tile,
    size_t rows, float *sums) {
    const __m512i zero = _mm512_setzero_si512(), all = _mm512_set1_epi32(-1);
    __m512 sum_a = _mm512_loadu_ps(sums), sum_b = _mm512_loadu_ps(sums + 16);
    for (size_t t = 0; t < tree_count; t += step) {
        const leat_tree_split *split = splits + trees[t].first, *end = split + trees[t].count;
        const __m512 low = _mm512_loadu_ps(leaves + t * leat_tree_leaves), high = _mm512_loadu_ps(leaves + t * leat_tree_leaves + 16);
        __m512i a = all, b = all;
        if (rows > 16) {
            for (; split < end; split++) {
                const float *column = tile + (size_t)split->feature * leat_tile_rows;
                const __m512 threshold = _mm512_set1_ps(split->threshold);
                const __m512i kept = _mm512_set1_epi32((int)split->kept);
                a = _mm512_mask_and_epi32(a, _mm512_cmp_ps_mask(_mm512_loadu_ps(column), threshold, _CMP_GT_OQ), a, kept);
                b = _mm512_mask_and_epi32(b, _mm512_cmp_ps_mask(_mm512_loadu_ps(column + 16), threshold, _CMP_GT_OQ), b, kept);
            }
            // 31 - the leading zeros of the lowest bit; the look-up reads the five lowest bits alone.
            b = _mm512_lzcnt_epi32(_mm512_and_si512(b, _mm512_sub_epi32(zero, b)));
            sum_b = _mm512_add_ps(sum_b, _mm512_permutex2var_ps(low, _mm512_xor_si512(b, all), high));
        } else {
            for (; split < end; split++) {
                const float *column = tile + (size_t)split->feature * leat_tile_rows;
                const __mmask16 above = _mm512_cmp_ps_mask(_mm512_loadu_ps(column), _mm512_set1_ps(split->threshold), _CMP_GT_OQ);
                a = _mm512_mask_and_epi32(a, above, a, _mm512_set1_epi32((int)split->kept));
            }
        }
        a = _mm512_lzcnt_epi32(_mm512_and_si512(a, _mm512_sub_epi32(zero, a)));
        sum_a = _mm512_add_ps(sum_a, _mm512_permutex2var_ps(low, _mm512_xor_si512(a, all), high));
    }
    _mm512_storeu_ps(sums, sum_a);
    _mm512_storeu_ps(sums + 16, sum_b);
}

// The place of a lane's lowest bit, out of the exponent of its value as a float.
__attribute__((target("avx2"))) static inline __m256i lowest_bit(__m256i bits) {
    const __m256 value = _mm256_cvtepi32_ps(_mm256_and_si256(bits, _mm256_sub_epi32(_mm256_setzero_si256(), bits)));
    const __m256i exponent = _mm256_and_si256(_mm256_srli_epi32(_mm256_castps_si256(value), 23), _mm256_set1_epi32(0xFF));
    return _mm256_sub_epi32(exponent, _mm256_set1_epi32(127));
}

__attribute__((target("avx2"))) static void add_avx2(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_split *splits, const float *leaves, const float *tile,
    size_t rows, float *sums) {
    for (size_t row = 0; row < rows; row += 16) {
        __m256 sum_a = _mm256_loadu_ps(sums + row), sum_b = _mm256_loadu_ps(sums + row + 8);
        for (size_t t = 0; t < tree_count; t += step) {
            const leat_tree_split *split = splits + trees[t].first, *end = split + trees[t].count;
            __m256i a = _mm256_set1_epi32(-1), b = a;
            for (; split < end; split++) {
                const float *column = tile + (size_t)split->feature * leat_tile_rows + row;
                const __m256 threshold = _mm256_set1_ps(split->threshold);
                const __m256i gone = _mm256_set1_epi32((int)~split->kept);
                const __m256 above_a = _mm256_cmp_ps(_mm256_loadu_ps(column), threshold, _CMP_GT_OQ);
                const __m256 above_b = _mm256_cmp_ps(_mm256_loadu_ps(column + 8), threshold, _CMP_GT_OQ);
                a = _mm256_andnot_si256(_mm256_and_si256(_mm256_castps_si256(above_a), gone), a);
                b = _mm256_andnot_si256(_mm256_and_si256(_mm256_castps_si256(above_b), gone), b);
            }
            sum_a = _mm256_add_ps(sum_a, _mm256_i32gather_ps(leaves + t * leat_tree_leaves, lowest_bit(a), 4));
            sum_b = _mm256_add_ps(sum_b, _mm256_i32gather_ps(leaves + t * leat_tree_leaves, lowest_bit(b), 4));
        }
        _mm256_storeu_ps(sums + row, sum_a);
        _mm256_storeu_ps(sums + row + 8, sum_b);
    }
}
#endif

void leat_trees_add(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_split *splits, const float *leaves, const float *tile,
    size_t rows, float *sums) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512cd")) return add_avx512(trees, tree_count, step, splits, leaves, tile, rows, sums);
    if (__builtin_cpu_supports("avx2")) return add_avx2(trees, tree_count, step, splits, leaves, tile, rows, sums);
#endif
    add_portable(trees, tree_count, step, splits, leaves, tile, rows, sums);
}
