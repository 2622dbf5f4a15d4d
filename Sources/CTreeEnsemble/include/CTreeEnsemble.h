#pragma once
// Sums of boosted decision trees over many rows: the innermost loop of the extraction's models.
//
// A tree is not walked. Each of its splits takes leaves out of the running, for all rows at once: a row has a bit for each leaf, numbered from
// left to right; where the row's feature is above the split's threshold, the leaves of the left branch are gone; the lowest bit left is the
// row's leaf. That is one comparison and one masked "and" for sixteen rows, without a branch or a gather. (Lucchese et al., "QuickScorer: a fast
// algorithm to rank documents with additive ensembles of regression trees", SIGIR 2015.)
//
// Every variant adds the same floats in the same order, so that all give the same bits.
#include <stddef.h>
#include <stdint.h>

enum {
    /// Rows of a tile: it holds, column after column, one feature of each of its rows.
    leat_tile_rows = 32,
    /// Leaves of a tree at most: a bit each.
    leat_tree_leaves = 32,
};

typedef struct {
    float threshold;
    /// The leaves that remain where the feature is above the threshold.
    uint32_t kept;
    uint32_t feature;
} leat_tree_split;

typedef struct {
    /// Index of the first split.
    uint32_t first;
    uint32_t count;
} leat_tree;

/// Adds the leaves of trees[0], trees[step], trees[2 * step]… (below tree_count) to `sums`, for the first `rows` rows of a tile.
/// `leaves` has leat_tree_leaves values for each tree. What `sums` has past `rows`, up to leat_tile_rows, may be written with anything.
/// The caller answers for it that features lie inside the tile and splits inside the table.
void leat_trees_add(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_split *splits, const float *leaves, const float *tile,
    size_t rows, float *sums);
