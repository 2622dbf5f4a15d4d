#pragma once
// Sums of boosted decision trees over many rows: the innermost loop of the extraction's models, sixteen or eight rows at a step.
//
// A walk begins at a tree's first node and takes `depth` steps: to `left` where the row's feature is at most the threshold, else to the node
// after it. A leaf is its own left child with an infinite threshold. Every variant adds the same floats in the same order, so that all
// give the same bits.
#include <stddef.h>
#include <stdint.h>

typedef struct {
    float threshold;
    uint16_t feature;
    uint16_t left;
} leat_tree_node;

typedef struct {
    /// Index of the first node; children count from it.
    int32_t first;
    int32_t depth;
} leat_tree;

/// Adds the leaves of trees[0], trees[step], trees[2 * step]… (below tree_count) to sums, for `count` rows that begin `stride` floats apart.
/// The caller answers for it that features lie inside the rows and children inside the nodes.
void leat_trees_add(
    const leat_tree *trees, size_t tree_count, size_t step, const leat_tree_node *nodes, const float *values, const float *rows,
    size_t stride, size_t count, float *sums);
