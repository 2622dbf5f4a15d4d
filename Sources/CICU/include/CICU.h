// A small typed face on ICU (International Components for Unicode): charset conversion, NFC, text boundaries, properties.
// ICU's own function names carry its version (ucnv_open_72), which Swift cannot import; these do not.
//
// Errors: functions that can fail return a negative number, -(ICU's UErrorCode), or NULL. No function keeps a pointer to
// the caller's memory after it returns, except leat_icu_breaks_set_text, which says so.
// Threads: a converter or an iterator belongs to one thread at a time; everything without a handle may be called from any.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Charset conversion -----------------------------------------------------------------------------------------------

typedef struct leat_icu_converter leat_icu_converter;

/// Opens a converter from the charset that ICU knows by this name; NULL where ICU has none.
leat_icu_converter *leat_icu_converter_open(const char *name);
void leat_icu_converter_close(leat_icu_converter *converter);

typedef struct {
    size_t consumed;      ///< bytes read
    size_t written;       ///< bytes of UTF-8 written
    size_t replacements;  ///< U+FFFD written for malformed or unmapped input, lone surrogates and U+0000
    size_t doubtful;      ///< C1 controls (but U+0085) and private code points written: signs of a wrong charset
    int32_t status;       ///< 0: all read; 1: the output is full, call again with the rest; negative: -(UErrorCode)
} leat_icu_progress;

/// Converts bytes to UTF-8; the output is always well-formed and holds no U+0000. At the end of the text (flush) a cut
/// sequence becomes U+FFFD. The output must have room for at least 16 bytes.
leat_icu_progress leat_icu_converter_decode(
    leat_icu_converter *converter, const uint8_t *bytes, size_t count, uint8_t *output, size_t capacity, bool flush);

// Normalisation ----------------------------------------------------------------------------------------------------

/// leat_icu_nfc found the text in form C already, and wrote nothing.
#define LEAT_ICU_ALREADY_NORMAL ((int64_t)-1)
/// The bytes are not UTF-8, memory ran out, or ICU failed.
#define LEAT_ICU_FAILED ((int64_t)-2)

/// Writes the form C (NFC) of UTF-8 text and returns its length in bytes. A length above `capacity` means that nothing
/// useful was written: call again with that much room. Text that is normal already is recognised first, cheaply.
int64_t leat_icu_nfc(const uint8_t *utf8, size_t count, uint8_t *output, size_t capacity);

// Boundaries (UAX #29, with ICU's dictionaries for Thai, Lao, Khmer, Burmese, Chinese and Japanese) -----------------

typedef struct leat_icu_breaks leat_icu_breaks;

enum { LEAT_ICU_WORDS = 1, LEAT_ICU_SENTENCES = 2 };

/// Rule status of the piece that ends at a word boundary: below 100 white space and punctuation; then numbers, letters,
/// kana and ideographs, in steps of 100 (ICU's UWordBreak).
enum { LEAT_ICU_WORD_NONE = 0, LEAT_ICU_WORD_NUMBER = 100, LEAT_ICU_WORD_LETTER = 200, LEAT_ICU_WORD_KANA = 300, LEAT_ICU_WORD_IDEOGRAPH = 400 };

/// Opens an iterator for a locale ("en", "th", "" for Unicode's own rules); NULL on failure. Expensive: keep one per thread.
leat_icu_breaks *leat_icu_breaks_open(int32_t kind, const char *locale);
void leat_icu_breaks_close(leat_icu_breaks *breaks);
/// Starts over on UTF-8 text, which must stay where it is until the next call of this or of close. 0, or -(UErrorCode).
int32_t leat_icu_breaks_set_text(leat_icu_breaks *breaks, const uint8_t *utf8, size_t count);
/// The next boundary as a byte offset, or -1 at the end; `status` (may be NULL) is the rule status of the piece before it.
int64_t leat_icu_breaks_next(leat_icu_breaks *breaks, int32_t *status);
/// The same for up to `capacity` boundaries in one call: the number written, 0 at the end. `statuses` may be NULL.
size_t leat_icu_breaks_fill(leat_icu_breaks *breaks, int64_t *offsets, int32_t *statuses, size_t capacity);

// Properties of one code point -------------------------------------------------------------------------------------

enum {
    LEAT_ICU_ALPHABETIC = 0,   ///< Alphabetic
    LEAT_ICU_WHITE_SPACE = 1,  ///< White_Space
    LEAT_ICU_UPPERCASE = 2,    ///< Uppercase
    LEAT_ICU_LOWERCASE = 3,    ///< Lowercase
    LEAT_ICU_IDEOGRAPHIC = 4,  ///< Ideographic
    LEAT_ICU_EMOJI = 5,        ///< Emoji
    LEAT_ICU_DEFAULT_IGNORABLE = 6,  ///< Default_Ignorable_Code_Point
};

/// General_Category as ICU numbers it (UCharCategory: 0 Cn, 1 Lu, 2 Ll, 3 Lt, 4 Lm, 5 Lo, 6 Mn, … 9 Nd, … 12 Zs, …).
int32_t leat_icu_general_category(uint32_t codepoint);
bool leat_icu_has_property(uint32_t codepoint, int32_t property);
/// Simple lower case and simple case folding: one code point to one.
uint32_t leat_icu_lower(uint32_t codepoint);
uint32_t leat_icu_fold(uint32_t codepoint);
/// The Script property as ICU numbers it (0 Common, 1 Inherited), and the four-letter name of such a number (ISO 15924).
int32_t leat_icu_script(uint32_t codepoint);
const char *leat_icu_script_name(int32_t script);

#ifdef __cplusplus
}
#endif
