// Step 3: lexbor's tree of pointers becomes an array in document order. No recursion: the parent links lead back.
#include "CLexborInternal.h"
#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>
#include <stdlib.h>
#include <string.h>

#define TAG(name) [LXB_TAG_##name] = CLEXBOR_TAG_##name
static const uint8_t known_tags[LXB_TAG__LAST_ENTRY] = {
    TAG(HTML), TAG(HEAD), TAG(BODY), TAG(TITLE), TAG(META), TAG(LINK), TAG(BASE), TAG(SCRIPT), TAG(STYLE),
    TAG(NOSCRIPT), TAG(TEMPLATE), TAG(DIV), TAG(P), TAG(SECTION), TAG(ARTICLE), TAG(MAIN), TAG(ASIDE), TAG(HEADER),
    TAG(FOOTER), TAG(NAV), TAG(ADDRESS), TAG(HGROUP), TAG(H1), TAG(H2), TAG(H3), TAG(H4), TAG(H5), TAG(H6), TAG(UL),
    TAG(OL), TAG(MENU), TAG(LI), TAG(DL), TAG(DT), TAG(DD), TAG(TABLE), TAG(CAPTION), TAG(THEAD), TAG(TBODY),
    TAG(TFOOT), TAG(TR), TAG(TD), TAG(TH), TAG(PRE), TAG(CODE), TAG(BLOCKQUOTE), TAG(FIGURE), TAG(FIGCAPTION),
    TAG(DETAILS), TAG(SUMMARY), TAG(DIALOG), TAG(HR), TAG(BR), TAG(A), TAG(SPAN), TAG(B), TAG(STRONG), TAG(I), TAG(EM),
    TAG(TIME), TAG(CITE), TAG(SMALL), TAG(SUP), TAG(SUB), TAG(LABEL), TAG(FORM), TAG(FIELDSET), TAG(LEGEND),
    TAG(BUTTON), TAG(INPUT), TAG(SELECT), TAG(OPTION), TAG(TEXTAREA), TAG(IMG), TAG(PICTURE), TAG(VIDEO), TAG(AUDIO),
    TAG(CANVAS), TAG(SVG), TAG(MATH), TAG(OBJECT), TAG(IFRAME), TAG(WBR), TAG(RT), TAG(RP), TAG(CENTER),
    [LXB_TAG_LISTING] = CLEXBOR_TAG_PRE, [LXB_TAG_XMP] = CLEXBOR_TAG_PRE, [LXB_TAG_DIR] = CLEXBOR_TAG_UL,
    [LXB_TAG_SEARCH] = CLEXBOR_TAG_FORM,
};
#undef TAG

typedef struct {
    clexbor_node *nodes;
    uint32_t node_count, node_capacity;
    clexbor_attribute *attributes;
    uint32_t attribute_count, attribute_capacity;
} builder;

static clexbor_node *add_node(builder *b) {
    if (b->node_count == b->node_capacity) {
        uint32_t capacity = b->node_capacity ? b->node_capacity * 2 : 4096;
        clexbor_node *grown = realloc(b->nodes, (size_t)capacity * sizeof *grown);
        if (!grown) return NULL;
        b->nodes = grown;
        b->node_capacity = capacity;
    }
    return &b->nodes[b->node_count++];
}

static bool add_attributes(builder *b, clexbor_node *node, lxb_dom_element_t *element) {
    for (lxb_dom_attr_t *attr = element->first_attr; attr; attr = attr->next) {
        if (node->attribute_count == UINT8_MAX) break;
        size_t name_length = 0;
        const lxb_char_t *name = lxb_dom_attr_local_name(attr, &name_length);
        uint16_t id = name ? clexbor_attribute_named(name, name_length) : 0;
        if (!id) continue;
        if (b->attribute_count == b->attribute_capacity) {
            uint32_t capacity = b->attribute_capacity ? b->attribute_capacity * 2 : 4096;
            clexbor_attribute *grown = realloc(b->attributes, (size_t)capacity * sizeof *grown);
            if (!grown) return false;
            b->attributes = grown;
            b->attribute_capacity = capacity;
        }
        clexbor_attribute *to = &b->attributes[b->attribute_count++];
        to->value = attr->value ? attr->value->data : NULL;
        to->length = attr->value && attr->value->data ? (uint32_t)attr->value->length : 0;
        to->name = id;
        node->attribute_count++;
    }
    return true;
}

/// Whether what is below an element of this tag can hold neither text for a reader nor metadata.
static bool is_opaque(uint16_t tag) {
    switch (tag) {
    case CLEXBOR_TAG_STYLE: case CLEXBOR_TAG_SVG: case CLEXBOR_TAG_CANVAS: case CLEXBOR_TAG_OBJECT:
    case CLEXBOR_TAG_IFRAME: case CLEXBOR_TAG_TEMPLATE:
        return true;
    default:
        return false;
    }
}

bool clexbor_flatten(void *document, uint32_t node_limit, clexbor_tree *tree) {
    builder b = {0};
    lxb_dom_node_t *root = lxb_dom_interface_node(document), *at = root;
    uint32_t parent = 0;
    for (;;) {
        bool descend = false;
        uint32_t index = b.node_count;
        bool is_text = at->type == LXB_DOM_NODE_TYPE_TEXT;
        if (at == root || is_text || at->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            clexbor_node *node = add_node(&b);
            if (!node) goto no_memory;
            *node = (clexbor_node){.parent = parent, .end = index + 1, .first_attribute = b.attribute_count};
            if (is_text) {
                lexbor_str_t *text = &lxb_dom_interface_character_data(at)->data;
                node->text = text->data;
                node->text_length = text->data ? (uint32_t)text->length : 0;
            } else {
                node->tag = at->local_name < LXB_TAG__LAST_ENTRY && known_tags[at->local_name]
                    ? known_tags[at->local_name] : CLEXBOR_TAG_OTHER;
                if (at != root && !add_attributes(&b, node, lxb_dom_interface_element(at))) goto no_memory;
                descend = at->first_child && !is_opaque(node->tag);
            }
        }
        if (b.node_count >= node_limit) {
            tree->truncated = true;
            break;
        }
        if (descend) {
            parent = index;
            at = at->first_child;
            continue;
        }
        while (at != root && !at->next) {
            at = at->parent;
            if (at == root) break;
            b.nodes[parent].end = b.node_count;
            parent = b.nodes[parent].parent;
        }
        if (at == root) break;
        at = at->next;
    }
    for (uint32_t open = parent;; open = b.nodes[open].parent) { // whatever is still open ends here
        b.nodes[open].end = b.node_count;
        if (open == 0) break;
    }
    tree->nodes = b.nodes;
    tree->node_count = b.node_count;
    tree->attributes = b.attributes;
    tree->attribute_count = b.attribute_count;
    tree->document = document;
    return true;

no_memory:
    free(b.nodes);
    free(b.attributes);
    return false;
}
