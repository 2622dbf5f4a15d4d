// The C face of lexbor (HTML parser, Apache-2.0): one call turns a page's UTF-8 bytes into a flat array of nodes.
//
// The steps, each linear in the input and bounded by `clexbor_limits`:
//   1. trim (CLexborTrim.c): a copy of the page without what extraction never reads: comments, script and style bodies,
//      and every attribute that is not in `clexbor_attribute_name`. Hash tables inside lexbor (names of attributes and
//      tags) do not grow, so this is also what keeps floods of names linear.
//   2. parse (lexbor), with a guard between its tokenizer and its tree builder that bounds depth, open formatting
//      elements, nodes and work.
//   3. flatten (CLexborFlatten.c): the tree in document order.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// Tags that extraction tells apart; every other element is CLEXBOR_TAG_OTHER.
enum clexbor_tag {
    CLEXBOR_TAG_TEXT = 0,
    CLEXBOR_TAG_OTHER,
    CLEXBOR_TAG_HTML, CLEXBOR_TAG_HEAD, CLEXBOR_TAG_BODY, CLEXBOR_TAG_TITLE, CLEXBOR_TAG_META, CLEXBOR_TAG_LINK,
    CLEXBOR_TAG_BASE, CLEXBOR_TAG_SCRIPT, CLEXBOR_TAG_STYLE, CLEXBOR_TAG_NOSCRIPT, CLEXBOR_TAG_TEMPLATE,
    CLEXBOR_TAG_DIV, CLEXBOR_TAG_P, CLEXBOR_TAG_SECTION, CLEXBOR_TAG_ARTICLE, CLEXBOR_TAG_MAIN, CLEXBOR_TAG_ASIDE,
    CLEXBOR_TAG_HEADER, CLEXBOR_TAG_FOOTER, CLEXBOR_TAG_NAV, CLEXBOR_TAG_ADDRESS, CLEXBOR_TAG_HGROUP,
    CLEXBOR_TAG_H1, CLEXBOR_TAG_H2, CLEXBOR_TAG_H3, CLEXBOR_TAG_H4, CLEXBOR_TAG_H5, CLEXBOR_TAG_H6,
    CLEXBOR_TAG_UL, CLEXBOR_TAG_OL, CLEXBOR_TAG_MENU, CLEXBOR_TAG_LI, CLEXBOR_TAG_DL, CLEXBOR_TAG_DT, CLEXBOR_TAG_DD,
    CLEXBOR_TAG_TABLE, CLEXBOR_TAG_CAPTION, CLEXBOR_TAG_THEAD, CLEXBOR_TAG_TBODY, CLEXBOR_TAG_TFOOT, CLEXBOR_TAG_TR,
    CLEXBOR_TAG_TD, CLEXBOR_TAG_TH,
    CLEXBOR_TAG_PRE, CLEXBOR_TAG_CODE, CLEXBOR_TAG_BLOCKQUOTE, CLEXBOR_TAG_FIGURE, CLEXBOR_TAG_FIGCAPTION,
    CLEXBOR_TAG_DETAILS, CLEXBOR_TAG_SUMMARY, CLEXBOR_TAG_DIALOG, CLEXBOR_TAG_HR, CLEXBOR_TAG_BR,
    CLEXBOR_TAG_A, CLEXBOR_TAG_SPAN, CLEXBOR_TAG_B, CLEXBOR_TAG_STRONG, CLEXBOR_TAG_I, CLEXBOR_TAG_EM,
    CLEXBOR_TAG_TIME, CLEXBOR_TAG_CITE, CLEXBOR_TAG_SMALL, CLEXBOR_TAG_SUP, CLEXBOR_TAG_SUB, CLEXBOR_TAG_LABEL,
    CLEXBOR_TAG_FORM, CLEXBOR_TAG_FIELDSET, CLEXBOR_TAG_LEGEND, CLEXBOR_TAG_BUTTON, CLEXBOR_TAG_INPUT,
    CLEXBOR_TAG_SELECT, CLEXBOR_TAG_OPTION, CLEXBOR_TAG_TEXTAREA,
    CLEXBOR_TAG_IMG, CLEXBOR_TAG_PICTURE, CLEXBOR_TAG_VIDEO, CLEXBOR_TAG_AUDIO, CLEXBOR_TAG_CANVAS, CLEXBOR_TAG_SVG,
    CLEXBOR_TAG_MATH, CLEXBOR_TAG_OBJECT, CLEXBOR_TAG_IFRAME, CLEXBOR_TAG_WBR, CLEXBOR_TAG_RT, CLEXBOR_TAG_RP,
    CLEXBOR_TAG_CENTER, CLEXBOR_TAG_COUNT
};

// Attributes that survive trimming; all others are dropped unread.
enum clexbor_attribute_name {
    CLEXBOR_ATTR_NONE = 0,
    CLEXBOR_ATTR_CLASS, CLEXBOR_ATTR_ID, CLEXBOR_ATTR_HREF, CLEXBOR_ATTR_REL, CLEXBOR_ATTR_NAME, CLEXBOR_ATTR_TYPE,
    CLEXBOR_ATTR_LANG, CLEXBOR_ATTR_CONTENT, CLEXBOR_ATTR_PROPERTY, CLEXBOR_ATTR_ITEMPROP, CLEXBOR_ATTR_ITEMTYPE,
    CLEXBOR_ATTR_DATETIME, CLEXBOR_ATTR_ROLE, CLEXBOR_ATTR_HIDDEN, CLEXBOR_ATTR_STYLE, CLEXBOR_ATTR_ARIA_HIDDEN,
    CLEXBOR_ATTR_TITLE, CLEXBOR_ATTR_START, CLEXBOR_ATTR_ARIA_LABEL
};

typedef struct {
    const uint8_t *text;      // text nodes: UTF-8, entities resolved; elements: NULL
    uint32_t text_length;     // bytes
    uint32_t parent;          // index of the parent; node 0 (the root) is its own parent
    uint32_t end;             // index after the last descendant
    uint32_t first_attribute; // index into the attributes
    uint16_t attribute_count;
    uint16_t tag;             // enum clexbor_tag
} clexbor_node;

typedef struct {
    const uint8_t *value;
    uint32_t length; // bytes
    uint16_t name;   // enum clexbor_attribute_name
} clexbor_attribute;

typedef struct {
    size_t bytes;      // of the page that are read; the rest is cut off
    uint32_t depth;    // open elements; start tags beyond are dropped, their text stays
    uint32_t nodes;    // created by the parser; the page is cut there
    uint64_t work;     // steps over open elements; the page is cut there
} clexbor_limits;

typedef struct {
    const clexbor_node *nodes;
    uint32_t node_count;
    const clexbor_attribute *attributes;
    uint32_t attribute_count;
    bool truncated;    // a limit was met
    void *document;    // owned; the texts point into it
} clexbor_tree;

enum clexbor_status { CLEXBOR_OK = 0, CLEXBOR_NO_MEMORY = 1, CLEXBOR_PARSER_FAILED = 2 };

/// Parses `length` bytes of UTF-8 (invalid sequences are replaced). On CLEXBOR_OK the tree must be given to
/// `clexbor_free`; otherwise there is nothing to free. Safe to call from any thread.
int clexbor_parse(const uint8_t *html, size_t length, const clexbor_limits *limits, clexbor_tree *tree);
void clexbor_free(clexbor_tree *tree);

/// The copy that the parser sees (step 1), for tests. `output` has room for
/// length + length / 2 + 64 bytes (a space may be put before an attribute or a slash); returns the bytes written.
size_t clexbor_trim(const uint8_t *html, size_t length, uint8_t *output);

#ifdef __cplusplus
}
#endif
