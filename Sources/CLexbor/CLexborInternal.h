#pragma once
#include "CLexbor.h"

/// The attribute with this name in any letter case, or CLEXBOR_ATTR_NONE.
uint16_t clexbor_attribute_named(const uint8_t *name, size_t length);

/// Writes the nodes of `document` (an lxb_html_document_t) to `tree`. False: out of memory.
bool clexbor_flatten(void *document, uint32_t node_limit, clexbor_tree *tree);
