#include "CTreeEnsemble.h"

static void add_portable(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_node *nodes, const float *values, const float *rows,
    size_t stride, size_t count, float *sums) {
    for (size_t t = 0; t < tree_count; t += step) {
        const leat_tree_node *tree = nodes + trees[t].first;
        const float *leaves = values + trees[t].first;
        for (size_t row = 0; row < count; row++) {
            const float *features = rows + row * stride;
            uint32_t at = 0;
            for (int32_t d = 0; d < trees[t].depth; d++) at = tree[at].left + (features[tree[at].feature] > tree[at].threshold);
            sums[row] += leaves[at];
        }
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

// Thirty-two rows in two vectors: the loads of one hide the waiting of the other. Lanes past the last row walk with row 0 and are not stored.
__attribute__((target("avx512f"))) static void add_avx512(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_node *nodes, const float *values, const float *rows,
    size_t stride, size_t count, float *sums) {
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i one = _mm512_set1_epi32(1), low = _mm512_set1_epi32(0xFFFF);
    for (size_t row = 0; row < count; row += 32) {
        const size_t left = count - row;
        const __mmask16 use_a = left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
        const __mmask16 use_b = left >= 32 ? 0xFFFF : left > 16 ? (__mmask16)((1u << (left - 16)) - 1) : 0;
        const float *base = rows + row * stride;
        const __m512i start_a = _mm512_maskz_mullo_epi32(use_a, lane, _mm512_set1_epi32((int)stride));
        const __m512i start_b =
            _mm512_maskz_mullo_epi32(use_b, _mm512_add_epi32(lane, _mm512_set1_epi32(16)), _mm512_set1_epi32((int)stride));
        __m512 sum_a = _mm512_maskz_loadu_ps(use_a, sums + row);
        __m512 sum_b = _mm512_maskz_loadu_ps(use_b, sums + row + 16);
        for (size_t t = 0; t < tree_count; t += step) {
            const leat_tree_node *tree = nodes + trees[t].first;
            const float *leaves = values + trees[t].first;
            __m512i a = _mm512_setzero_si512(), b = _mm512_setzero_si512();
            for (int32_t d = 0; d < trees[t].depth; d++) {
                const __m512 limit_a = _mm512_i32gather_ps(a, (const void *)tree, 8);
                const __m512 limit_b = _mm512_i32gather_ps(b, (const void *)tree, 8);
                const __m512i next_a = _mm512_i32gather_epi32(a, (const char *)tree + 4, 8);
                const __m512i next_b = _mm512_i32gather_epi32(b, (const char *)tree + 4, 8);
                const __m512 value_a = _mm512_i32gather_ps(_mm512_add_epi32(start_a, _mm512_and_si512(next_a, low)), base, 4);
                const __m512 value_b = _mm512_i32gather_ps(_mm512_add_epi32(start_b, _mm512_and_si512(next_b, low)), base, 4);
                const __m512i left_a = _mm512_srli_epi32(next_a, 16), left_b = _mm512_srli_epi32(next_b, 16);
                a = _mm512_mask_add_epi32(left_a, _mm512_cmp_ps_mask(value_a, limit_a, _CMP_GT_OQ), left_a, one);
                b = _mm512_mask_add_epi32(left_b, _mm512_cmp_ps_mask(value_b, limit_b, _CMP_GT_OQ), left_b, one);
            }
            sum_a = _mm512_add_ps(sum_a, _mm512_i32gather_ps(a, leaves, 4));
            sum_b = _mm512_add_ps(sum_b, _mm512_i32gather_ps(b, leaves, 4));
        }
        _mm512_mask_storeu_ps(sums + row, use_a, sum_a);
        _mm512_mask_storeu_ps(sums + row + 16, use_b, sum_b);
    }
}

__attribute__((target("avx2"))) static void add_avx2(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_node *nodes, const float *values, const float *rows,
    size_t stride, size_t count, float *sums) {
    const size_t whole = count & ~(size_t)7;
    const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0), low = _mm256_set1_epi32(0xFFFF);
    const __m256i start = _mm256_mullo_epi32(lane, _mm256_set1_epi32((int)stride));
    for (size_t row = 0; row < whole; row += 8) {
        const float *base = rows + row * stride;
        __m256 sum = _mm256_loadu_ps(sums + row);
        for (size_t t = 0; t < tree_count; t += step) {
            const leat_tree_node *tree = nodes + trees[t].first;
            __m256i at = _mm256_setzero_si256();
            for (int32_t d = 0; d < trees[t].depth; d++) {
                const __m256 limit = _mm256_i32gather_ps((const float *)tree, at, 8);
                const __m256i next = _mm256_i32gather_epi32((const int *)((const char *)tree + 4), at, 8);
                const __m256 value = _mm256_i32gather_ps(base, _mm256_add_epi32(start, _mm256_and_si256(next, low)), 4);
                // A comparison that holds is -1 in its lane.
                at = _mm256_sub_epi32(_mm256_srli_epi32(next, 16), _mm256_castps_si256(_mm256_cmp_ps(value, limit, _CMP_GT_OQ)));
            }
            sum = _mm256_add_ps(sum, _mm256_i32gather_ps(values + trees[t].first, at, 4));
        }
        _mm256_storeu_ps(sums + row, sum);
    }
    add_portable(trees, tree_count, step, nodes, values, rows + whole * stride, stride, count - whole, sums + whole);
}
#endif

void leat_trees_add(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_node *nodes, const float *values, const float *rows,
    size_t stride, size_t count, float *sums) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return add_avx512(trees, tree_count, step, nodes, values, rows, stride, count, sums);
    if (__builtin_cpu_supports("avx2")) return add_avx2(trees, tree_count, step, nodes, values, rows, stride, count, sums);
#endif
    add_portable(trees, tree_count, step, nodes, values, rows, stride, count, sums);
}
