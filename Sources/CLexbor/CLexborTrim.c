// Step 1: a copy of the page without what extraction never reads. It follows the tokenizer of the HTML standard
// (https://html.spec.whatwg.org/multipage/parsing.html#tokenization) as far as finding where a construct ends.
//
// Dropped: comments, declarations other than the doctype, scripts (but JSON-LD), styles, frames with text,
// attributes not in `clexbor_attribute_name`, attributes past the 24th of a tag, tags with a name of over 40 bytes,
// and tags with a name beyond the first 512 distinct unusual ones.
#include "CLexborInternal.h"
#include <string.h>

enum { MAX_ATTRIBUTES = 24, MAX_TAG_NAME = 40, MAX_UNUSUAL_TAGS = 512, MAX_VALUE = 1 << 16, MAX_LINKED_DATA = 1 << 20 };

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    uint8_t *out;
    uint32_t unusual_tags;
    uint64_t tags_seen[128]; // one bit per hash of a tag name
} trimmer;

static inline bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
static inline bool is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }

static bool equals_ignoring_case(const uint8_t *a, const char *lower, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint8_t c = a[i];
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        if (c != (uint8_t)lower[i]) return false;
    }
    return true;
}

uint16_t clexbor_attribute_named(const uint8_t *name, size_t length) {
#define IS(text) equals_ignoring_case(name, text, sizeof(text) - 1)
    switch (length) {
    case 2: return IS("id") ? CLEXBOR_ATTR_ID : 0;
    case 3: return IS("rel") ? CLEXBOR_ATTR_REL : 0;
    case 4:
        switch (name[0] | 0x20) {
        case 'h': return IS("href") ? CLEXBOR_ATTR_HREF : 0;
        case 'n': return IS("name") ? CLEXBOR_ATTR_NAME : 0;
        case 't': return IS("type") ? CLEXBOR_ATTR_TYPE : 0;
        case 'l': return IS("lang") ? CLEXBOR_ATTR_LANG : 0;
        case 'r': return IS("role") ? CLEXBOR_ATTR_ROLE : 0;
        default: return 0;
        }
    case 5:
        switch (name[0] | 0x20) {
        case 'c': return IS("class") ? CLEXBOR_ATTR_CLASS : 0;
        case 's': return IS("style") ? CLEXBOR_ATTR_STYLE : IS("start") ? CLEXBOR_ATTR_START : 0;
        case 't': return IS("title") ? CLEXBOR_ATTR_TITLE : 0;
        default: return 0;
        }
    case 6: return IS("hidden") ? CLEXBOR_ATTR_HIDDEN : 0;
    case 7: return IS("content") ? CLEXBOR_ATTR_CONTENT : 0;
    case 8:
        return IS("property") ? CLEXBOR_ATTR_PROPERTY : IS("itemprop") ? CLEXBOR_ATTR_ITEMPROP
             : IS("itemtype") ? CLEXBOR_ATTR_ITEMTYPE : IS("datetime") ? CLEXBOR_ATTR_DATETIME : 0;
    case 10: return IS("aria-label") ? CLEXBOR_ATTR_ARIA_LABEL : 0;
    case 11: return IS("aria-hidden") ? CLEXBOR_ATTR_ARIA_HIDDEN : 0;
    default: return 0;
    }
#undef IS
}

static void put(trimmer *t, const uint8_t *from, size_t length) {
    memcpy(t->out, from, length);
    t->out += length;
}

/// Where `</name` followed by space, slash or `>` starts, or the end.
static const uint8_t *find_close(const uint8_t *at, const uint8_t *end, const char *name, size_t length) {
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        if ((size_t)(end - at) >= length + 3 && at[1] == '/' && equals_ignoring_case(at + 2, name, length)) {
            uint8_t after = at[2 + length];
            if (is_space(after) || after == '/' || after == '>') return at;
        }
        at++;
    }
    return end;
}

/// Moves past a comment, declaration or processing instruction that starts at `<!`, `<?` or `</` + no letter.
static void skip_declaration(trimmer *t) {
    const uint8_t *p = t->at, *end = t->end;
    if (end - p >= 4 && p[1] == '!' && p[2] == '-' && p[3] == '-') {
        p += 4;
        if (p < end && *p == '>') { t->at = p + 1; return; }
        if (end - p >= 2 && p[0] == '-' && p[1] == '>') { t->at = p + 2; return; }
        while (p < end && (p = memchr(p, '>', (size_t)(end - p)))) {
            const uint8_t *body = t->at + 4;
            if (p - body >= 2 && p[-1] == '-' && p[-2] == '-') { t->at = p + 1; return; }
            if (p - body >= 3 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-') { t->at = p + 1; return; }
            p++;
        }
        t->at = end;
        return;
    }
    const uint8_t *close = memchr(p, '>', (size_t)(end - p));
    if (!close) { t->at = end; return; }
    if (close - p >= 9 && equals_ignoring_case(p, "<!doctype", 9) && close - p < 512) put(t, p, (size_t)(close + 1 - p));
    t->at = close + 1;
}

/// Whether a tag of this name may go through (a bound on the names that lexbor's table will hold).
static bool admits_tag(trimmer *t, const uint8_t *name, size_t length) {
    if (length > MAX_TAG_NAME) return false;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (name[i] | 0x20)) * 16777619u;
    hash ^= hash >> 15;
    uint64_t bit = 1ull << (hash & 63);
    uint64_t *word = &t->tags_seen[(hash >> 6) & 127];
    if (*word & bit) return true;
    if (t->unusual_tags >= MAX_UNUSUAL_TAGS) return false;
    *word |= bit;
    t->unusual_tags++;
    return true;
}

typedef struct {
    bool closed;        // `>` was found
    bool self_closing;
    bool linked_data;   // type="application/ld+json"
} tag_end;

static bool is_linked_data(const uint8_t *value, size_t length) {
    for (size_t i = 0; i + 7 <= length; i++) {
        if (equals_ignoring_case(value + i, "ld+json", 7)) return true;
    }
    return false;
}

/// Reads attributes up to `>` and writes the wanted ones when `write`; `t->at` is left after the `>`.
static tag_end read_attributes(trimmer *t, bool write) {
    tag_end result = {false, false, false};
    const uint8_t *p = t->at, *end = t->end;
    uint32_t seen = 0, written = 0;
    while (p < end) {
        while (p < end && (is_space(*p) || *p == '/')) p++;
        if (p >= end) break;
        if (*p == '>') {
            result.closed = true;
            result.self_closing = p[-1] == '/';
            t->at = p + 1;
            return result;
        }
        const uint8_t *name = p++; // a leading '=' belongs to the name
        while (p < end && !is_space(*p) && *p != '/' && *p != '>' && *p != '=') p++;
        size_t name_length = (size_t)(p - name);
        const uint8_t *after_name = p;
        while (p < end && is_space(*p)) p++;
        const uint8_t *value = p, *value_end = p;
        bool has_value = false;
        if (p < end && *p == '=') {
            has_value = true;
            p++;
            while (p < end && is_space(*p)) p++;
            if (p >= end) break;
            if (*p == '"' || *p == '\'') {
                uint8_t quote = *p;
                const uint8_t *close = memchr(p + 1, quote, (size_t)(end - p - 1));
                if (!close) { p = end; break; }
                value = p;
                p = close + 1;
            } else {
                value = p;
                while (p < end && !is_space(*p) && *p != '>') p++;
            }
            value_end = p;
        } else {
            p = after_name;
        }
        uint16_t id = clexbor_attribute_named(name, name_length);
        if (!id || (seen >> id & 1)) continue;
        seen |= 1u << id;
        size_t value_length = (size_t)(value_end - value);
        if (id == CLEXBOR_ATTR_TYPE && has_value) result.linked_data = is_linked_data(value, value_length);
        if (!write || written >= MAX_ATTRIBUTES || value_length > MAX_VALUE) continue;
        written++;
        *t->out++ = ' ';
        put(t, name, name_length);
        if (has_value) {
            *t->out++ = '=';
            put(t, value, value_length);
        }
    }
    t->at = end; // the page ends inside a tag: the tag is dropped, as the standard has it
    return result;
}

typedef enum { TEXT_NORMAL, TEXT_DROPPED, TEXT_KEPT, TEXT_SCRIPT } text_kind;

/// What follows the start tag of this name: markup, or text up to its end tag.
static text_kind text_after(const uint8_t *name, size_t length) {
#define IS(text) (length == sizeof(text) - 1 && equals_ignoring_case(name, text, sizeof(text) - 1))
    switch (name[0] | 0x20) {
    case 's': return IS("script") ? TEXT_SCRIPT : IS("style") ? TEXT_DROPPED : TEXT_NORMAL;
    case 't': return IS("title") || IS("textarea") ? TEXT_KEPT : TEXT_NORMAL;
    case 'i': return IS("iframe") ? TEXT_DROPPED : TEXT_NORMAL;
    case 'n': return IS("noembed") || IS("noframes") ? TEXT_DROPPED : TEXT_NORMAL;
    case 'x': return IS("xmp") ? TEXT_KEPT : TEXT_NORMAL;
    default: return TEXT_NORMAL;
    }
#undef IS
}

static void trim_start_tag(trimmer *t) {
    uint8_t *rewind = t->out;
    const uint8_t *name = t->at + 1, *p = name;
    while (p < t->end && !is_space(*p) && *p != '/' && *p != '>') p++;
    size_t length = (size_t)(p - name);
    text_kind kind = text_after(name, length);
    bool write = kind != TEXT_DROPPED && admits_tag(t, name, length)
        && !(length == 9 && equals_ignoring_case(name, "plaintext", 9));
    if (write) put(t, t->at, length + 1);
    t->at = p;
    tag_end tag = read_attributes(t, write);
    if (!tag.closed) { t->out = rewind; return; }
    if (write) {
        if (tag.self_closing) { *t->out++ = ' '; *t->out++ = '/'; }
        *t->out++ = '>';
    }
    if (kind == TEXT_NORMAL) return;
    char lower[MAX_TAG_NAME + 1];
    for (size_t i = 0; i < length && i < MAX_TAG_NAME; i++) lower[i] = (char)(name[i] | 0x20);
    const uint8_t *close = find_close(t->at, t->end, lower, length);
    size_t body = (size_t)(close - t->at);
    bool keep = kind == TEXT_KEPT || (kind == TEXT_SCRIPT && tag.linked_data && body <= MAX_LINKED_DATA);
    if (!keep) t->out = rewind;
    else put(t, t->at, body);
    t->at = close;
    if (close >= t->end) return;
    t->at = close + 2 + length;
    read_attributes(t, false);
    if (keep) {
        *t->out++ = '<'; *t->out++ = '/';
        put(t, name, length);
        *t->out++ = '>';
    }
}

static void trim_end_tag(trimmer *t) {
    const uint8_t *name = t->at + 2, *p = name;
    while (p < t->end && !is_space(*p) && *p != '/' && *p != '>') p++;
    size_t length = (size_t)(p - name);
    t->at = p;
    if (!read_attributes(t, false).closed || length > MAX_TAG_NAME || !admits_tag(t, name, length)) return;
    *t->out++ = '<'; *t->out++ = '/';
    put(t, name, length);
    *t->out++ = '>';
}

size_t clexbor_trim(const uint8_t *html, size_t length, uint8_t *output) {
    trimmer t = {html, html + length, output, 0, {0}};
    while (t.at < t.end) {
        const uint8_t *open = memchr(t.at, '<', (size_t)(t.end - t.at));
        if (!open) open = t.end;
        put(&t, t.at, (size_t)(open - t.at));
        t.at = open;
        if (t.end - open < 2) { // a last '<' is text
            put(&t, open, (size_t)(t.end - open));
            break;
        }
        uint8_t next = open[1];
        if (is_letter(next)) {
            trim_start_tag(&t);
        } else if (next == '!' || next == '?') {
            skip_declaration(&t);
        } else if (next == '/') {
            if (t.end - open >= 3 && is_letter(open[2])) trim_end_tag(&t);
            else skip_declaration(&t);
        } else {
            *t.out++ = '<';
            t.at = open + 1;
        }
    }
    return (size_t)(t.out - output);
}
