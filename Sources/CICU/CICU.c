// Conversion, boundaries and properties: see CICU.h. (Normalisation of UTF-8 exists in ICU's C++ only: CICUNormalizer.cpp.)
#include "CICU.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include "CICUPatches.h"

enum { UNITS = 2048 };

struct leat_icu_converter {
    UConverter *icu;
    UChar units[UNITS];  // converted, not yet written
    int32_t first, end;  // the part of `units` that waits for room
    UChar high;          // a high surrogate that waits for its other half, or 0
    size_t malformed;    // counted by on_malformed
    const unit_patch *unit_patches;
    const pair_patch *pair_patches;
    size_t unit_patch_count, pair_patch_count;
};

static const unit_patch *patch_of_unit(const struct leat_icu_converter *converter, UChar unit) {
    for (size_t i = 0; i < converter->unit_patch_count; i++)
        if (converter->unit_patches[i].unit == unit) return &converter->unit_patches[i];
    return NULL;
}

static const pair_patch *patch_of_pair(const struct leat_icu_converter *converter, const char *bytes, int32_t count) {
    if (count < 1 || count > 2) return NULL;
    uint16_t pair = count == 1 ? (uint8_t)bytes[0] : (uint16_t)((uint8_t)bytes[0] << 8 | (uint8_t)bytes[1]);
    for (size_t i = 0; i < converter->pair_patch_count; i++)
        if (converter->pair_patches[i].bytes == pair) return &converter->pair_patches[i];
    return NULL;
}

static void set_patches(struct leat_icu_converter *converter, const char *name) {
    if (strcmp(name, "gb18030") == 0) {
        converter->unit_patches = gb18030_units;
        converter->unit_patch_count = sizeof gb18030_units / sizeof *gb18030_units;
        converter->pair_patches = gb18030_pairs;
        converter->pair_patch_count = sizeof gb18030_pairs / sizeof *gb18030_pairs;
    } else if (strcmp(name, "Big5-HKSCS") == 0) {
        converter->unit_patches = big5_units;
        converter->unit_patch_count = sizeof big5_units / sizeof *big5_units;
        converter->pair_patches = big5_pairs;
        converter->pair_patch_count = sizeof big5_pairs / sizeof *big5_pairs;
    }
}

// One U+FFFD for each malformed or unmapped sequence. (ICU's own callback writes U+001A for some single bytes.)
static void on_malformed(
    const void *context, UConverterToUnicodeArgs *arguments, const char *bytes, int32_t count,
    UConverterCallbackReason reason, UErrorCode *error) {
    if (reason > UCNV_IRREGULAR) return;  // reset, close, clone
    *error = U_ZERO_ERROR;
    struct leat_icu_converter *converter = (struct leat_icu_converter *)context;
    const pair_patch *patch = patch_of_pair(converter, bytes, count);
    if (patch) {
        UChar units[2];
        int32_t length = 0;
        U16_APPEND_UNSAFE(units, length, patch->codepoint);
        ucnv_cbToUWriteUChars(arguments, units, length, 0, error);
        return;
    }
    converter->malformed += 1;
    static const UChar replacement = 0xFFFD;
    ucnv_cbToUWriteUChars(arguments, &replacement, 1, 0, error);
}

leat_icu_converter *leat_icu_converter_open(const char *name) {
    leat_icu_converter *converter = calloc(1, sizeof *converter);
    if (!converter) return NULL;
    set_patches(converter, name);
    UErrorCode error = U_ZERO_ERROR;
    converter->icu = ucnv_open(name, &error);
    if (U_SUCCESS(error)) ucnv_setToUCallBack(converter->icu, on_malformed, converter, NULL, NULL, &error);
    if (U_FAILURE(error)) {
        leat_icu_converter_close(converter);
        return NULL;
    }
    return converter;
}

void leat_icu_converter_close(leat_icu_converter *converter) {
    if (!converter) return;
    if (converter->icu) ucnv_close(converter->icu);
    free(converter);
}

static uint8_t *put(uint8_t *at, uint32_t c) {
    if (c < 0x80) {
        *at++ = (uint8_t)c;
    } else if (c < 0x800) {
        *at++ = (uint8_t)(0xC0 | c >> 6);
        *at++ = (uint8_t)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *at++ = (uint8_t)(0xE0 | c >> 12);
        *at++ = (uint8_t)(0x80 | (c >> 6 & 0x3F));
        *at++ = (uint8_t)(0x80 | (c & 0x3F));
    } else {
        *at++ = (uint8_t)(0xF0 | c >> 18);
        *at++ = (uint8_t)(0x80 | (c >> 12 & 0x3F));
        *at++ = (uint8_t)(0x80 | (c >> 6 & 0x3F));
        *at++ = (uint8_t)(0x80 | (c & 0x3F));
    }
    return at;
}

// Writes the waiting units while each step (at most two code points, 7 bytes) has room.
static uint8_t *drain(leat_icu_converter *converter, uint8_t *at, const uint8_t *end, leat_icu_progress *progress) {
    int32_t i = converter->first;
    for (; i < converter->end && end - at >= 8; i++) {
        UChar unit = converter->units[i];
        if (converter->high) {
            UChar high = converter->high;
            converter->high = 0;
            if (U16_IS_TRAIL(unit)) {
                at = put(at, (uint32_t)U16_GET_SUPPLEMENTARY(high, unit));
                continue;
            }
            at = put(at, 0xFFFD);
            progress->replacements++;
        }
        if (U16_IS_LEAD(unit)) {
            converter->high = unit;
        } else if (unit == 0 || U16_IS_TRAIL(unit)) {
            at = put(at, 0xFFFD);
            progress->replacements++;
        } else if (unit >= 0xE000 && unit <= 0xF8FF) {
            const unit_patch *patch = patch_of_unit(converter, unit);
            progress->doubtful += patch == NULL;
            at = put(at, patch ? patch->first : unit);
            if (patch && patch->second) at = put(at, patch->second);
        } else {
            progress->doubtful += unit >= 0x80 && unit < 0xA0 && unit != 0x85;
            at = put(at, unit);
        }
    }
    converter->first = i;
    return at;
}

leat_icu_progress leat_icu_converter_decode(
    leat_icu_converter *converter, const uint8_t *bytes, size_t count, uint8_t *output, size_t capacity, bool flush) {
    leat_icu_progress progress = {0};
    const char *source = (const char *)bytes, *source_end = source + count;
    uint8_t *at = output, *end = output + capacity;
    bool more = true;
    converter->malformed = 0;
    while (progress.status == 0) {
        at = drain(converter, at, end, &progress);
        if (converter->first < converter->end) {
            progress.status = 1;
        } else if (!more) {
            if (flush && converter->high) {
                if (end - at < 3) {
                    progress.status = 1;
                    break;
                }
                converter->high = 0;
                at = put(at, 0xFFFD);
                progress.replacements++;
            }
            break;
        } else {
            UErrorCode error = U_ZERO_ERROR;
            UChar *unit = converter->units;
            ucnv_toUnicode(converter->icu, &unit, unit + UNITS, &source, source_end, NULL, flush, &error);
            converter->first = 0;
            converter->end = (int32_t)(unit - converter->units);
            more = error == U_BUFFER_OVERFLOW_ERROR;
            if (U_FAILURE(error) && !more) progress.status = -(int32_t)error;
        }
    }
    progress.replacements += converter->malformed;
    progress.consumed = (size_t)(source - (const char *)bytes);
    progress.written = (size_t)(at - output);
    return progress;
}

struct leat_icu_breaks {
    UBreakIterator *icu;
    UText *text;
};

leat_icu_breaks *leat_icu_breaks_open(int32_t kind, const char *locale) {
    if (kind != LEAT_ICU_WORDS && kind != LEAT_ICU_SENTENCES) return NULL;
    leat_icu_breaks *breaks = calloc(1, sizeof *breaks);
    if (!breaks) return NULL;
    UErrorCode error = U_ZERO_ERROR;
    breaks->icu = ubrk_open(kind == LEAT_ICU_WORDS ? UBRK_WORD : UBRK_SENTENCE, locale, NULL, 0, &error);
    if (U_FAILURE(error)) {
        leat_icu_breaks_close(breaks);
        return NULL;
    }
    return breaks;
}

void leat_icu_breaks_close(leat_icu_breaks *breaks) {
    if (!breaks) return;
    if (breaks->icu) ubrk_close(breaks->icu);
    if (breaks->text) utext_close(breaks->text);
    free(breaks);
}

int32_t leat_icu_breaks_set_text(leat_icu_breaks *breaks, const uint8_t *utf8, size_t count) {
    UErrorCode error = U_ZERO_ERROR;
    breaks->text = utext_openUTF8(breaks->text, (const char *)utf8, (int64_t)count, &error);
    if (U_SUCCESS(error)) ubrk_setUText(breaks->icu, breaks->text, &error);
    return U_FAILURE(error) ? -(int32_t)error : 0;
}

int64_t leat_icu_breaks_next(leat_icu_breaks *breaks, int32_t *status) {
    int32_t boundary = ubrk_next(breaks->icu);
    if (boundary == UBRK_DONE) return -1;
    if (status) *status = ubrk_getRuleStatus(breaks->icu);
    return boundary;
}

size_t leat_icu_breaks_fill(leat_icu_breaks *breaks, int64_t *offsets, int32_t *statuses, size_t capacity) {
    size_t count = 0;
    for (; count < capacity; count++) {
        int32_t boundary = ubrk_next(breaks->icu);
        if (boundary == UBRK_DONE) break;
        offsets[count] = boundary;
        if (statuses) statuses[count] = ubrk_getRuleStatus(breaks->icu);
    }
    return count;
}

int32_t leat_icu_general_category(uint32_t codepoint) { return u_charType((UChar32)codepoint); }

bool leat_icu_has_property(uint32_t codepoint, int32_t property) {
    static const UProperty properties[] = {
        UCHAR_ALPHABETIC, UCHAR_WHITE_SPACE, UCHAR_UPPERCASE, UCHAR_LOWERCASE, UCHAR_IDEOGRAPHIC, UCHAR_EMOJI,
        UCHAR_DEFAULT_IGNORABLE_CODE_POINT,
    };
    if (property < 0 || property >= (int32_t)(sizeof properties / sizeof *properties)) return false;
    return u_hasBinaryProperty((UChar32)codepoint, properties[property]);
}

uint32_t leat_icu_lower(uint32_t codepoint) { return (uint32_t)u_tolower((UChar32)codepoint); }
uint32_t leat_icu_fold(uint32_t codepoint) { return (uint32_t)u_foldCase((UChar32)codepoint, U_FOLD_CASE_DEFAULT); }

int32_t leat_icu_script(uint32_t codepoint) {
    UErrorCode error = U_ZERO_ERROR;
    int32_t script = uscript_getScript((UChar32)codepoint, &error);
    return U_FAILURE(error) ? USCRIPT_UNKNOWN : script;
}

const char *leat_icu_script_name(int32_t script) {
    const char *name = uscript_getShortName((UScriptCode)script);
    return name ? name : "Zzzz";
}
