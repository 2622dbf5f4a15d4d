// Step 2: lexbor, with a guard between its tokenizer and its tree builder.
//
// lexbor's tree builder looks through the open elements for most tags, so its time grows with depth times tags; the
// standard's list of open formatting elements multiplies nodes. The guard bounds both, by counting and never by the
// clock: the same page always gives the same tree.
#include "CLexborInternal.h"
#include <lexbor/html/html.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPEN_FORMATTING = 24, MAX_ROOT_ATTRIBUTE_TAGS = 8, MAX_OPTIONS = 1000 };

typedef struct {
    lxb_html_tokenizer_token_f build; // lexbor's own callback
    void *build_context;
    lxb_html_tree_t *tree;
    const clexbor_limits *limits;
    uint64_t work;
    uint64_t nodes;
    uint32_t root_tags;
    uint32_t options;
    bool stopped;
    bool truncated;
} guard;

static bool is_formatting(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_B: case LXB_TAG_BIG: case LXB_TAG_CODE: case LXB_TAG_EM: case LXB_TAG_FONT:
    case LXB_TAG_I: case LXB_TAG_NOBR: case LXB_TAG_S: case LXB_TAG_SMALL: case LXB_TAG_STRIKE: case LXB_TAG_STRONG:
    case LXB_TAG_TT: case LXB_TAG_U:
        return true;
    default:
        return false;
    }
}

static lxb_html_token_t *guarded(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *context) {
    guard *g = context;
    lxb_tag_id_t tag = token->tag_id;
    if (tag == LXB_TAG__END_OF_FILE) return g->build(tokenizer, token, g->build_context);
    if (g->stopped) return token;

    size_t depth = lexbor_array_length(g->tree->open_elements);
    size_t formatting = lexbor_array_length(g->tree->active_formatting);
    bool is_element = tag >= LXB_TAG_A;
    bool opens = is_element && !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE);
    // An end tag of a formatting element runs the adoption agency: up to eight rounds over the open elements.
    g->work += 16 + depth * (!opens && is_formatting(tag) ? 8 : 2) + formatting;
    // Any token but an end tag may first reopen every formatting element.
    g->nodes += opens || !is_element ? 1 + formatting : (is_formatting(tag) ? 2 : 0);
    if (g->work > g->limits->work || g->nodes > g->limits->nodes) {
        g->stopped = g->truncated = true;
        return token;
    }
    if (opens) {
        if (depth >= g->limits->depth || (formatting >= MAX_OPEN_FORMATTING && is_formatting(tag))) {
            g->truncated = true;
            return token;
        }
        // For each option, lexbor goes through all options of its select; past these, their text stands in the select.
        if ((tag == LXB_TAG_OPTION || tag == LXB_TAG_OPTGROUP) && ++g->options > MAX_OPTIONS) return token;
        // Attributes of repeated <html> and <body> tags are gathered on one element.
        if ((tag == LXB_TAG_HTML || tag == LXB_TAG_BODY) && ++g->root_tags > MAX_ROOT_ATTRIBUTE_TAGS) return token;
    }
    return g->build(tokenizer, token, g->build_context);
}

static bool parse_guarded(lxb_html_document_t *document, const uint8_t *html, size_t length,
                          const clexbor_limits *limits, bool *truncated) {
    if (lxb_html_document_parse_chunk_begin(document) != LXB_STATUS_OK) return false;
    lxb_html_parser_t *parser = lxb_dom_interface_document(document)->parser;
    lxb_html_tokenizer_t *tokenizer = parser->tkz;
    guard g = {tokenizer->callback_token_done, tokenizer->callback_token_ctx, parser->tree, limits, 0, 0, 0, 0, false, false};
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guarded, &g);
    lxb_status_t status = lxb_html_document_parse_chunk(document, html, length);
    if (status == LXB_STATUS_OK) status = lxb_html_document_parse_chunk_end(document);
    *truncated = g.truncated;
    return status == LXB_STATUS_OK;
}

int clexbor_parse(const uint8_t *html, size_t length, const clexbor_limits *limits, clexbor_tree *tree) {
    memset(tree, 0, sizeof *tree);
    if (length > limits->bytes) {
        length = limits->bytes;
        tree->truncated = true;
    }
    uint8_t *trimmed = malloc(length + length / 2 + 64);
    if (!trimmed) return CLEXBOR_NO_MEMORY;
    size_t trimmed_length = clexbor_trim(html, length, trimmed);
    lxb_html_document_t *document = lxb_html_document_create();
    if (!document) {
        free(trimmed);
        return CLEXBOR_NO_MEMORY;
    }
    bool truncated = false;
    bool parsed = parse_guarded(document, trimmed, trimmed_length, limits, &truncated);
    free(trimmed);
    if (!parsed) {
        lxb_html_document_destroy(document);
        return CLEXBOR_PARSER_FAILED;
    }
    tree->truncated |= truncated;
    if (!clexbor_flatten(document, limits->nodes, tree)) {
        lxb_html_document_destroy(document);
        return CLEXBOR_NO_MEMORY;
    }
    return CLEXBOR_OK;
}

void clexbor_free(clexbor_tree *tree) {
    if (tree->document) lxb_html_document_destroy(tree->document);
    free((void *)tree->nodes);
    free((void *)tree->attributes);
    memset(tree, 0, sizeof *tree);
}
