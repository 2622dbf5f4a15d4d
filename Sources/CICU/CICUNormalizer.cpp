// Normalisation of UTF-8 without the detour by UTF-16, which ICU offers in C++ only: see CICU.h.
#include <cstring>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "CICU.h"

namespace {

/// Writes what fits and counts everything, so that one call also measures.
class BoundedSink final : public icu::ByteSink {
public:
    BoundedSink(uint8_t *output, size_t capacity) : output_(output), capacity_(capacity) {}
    void Append(const char *bytes, int32_t count) override {
        size_t n = static_cast<size_t>(count);
        if (written_ + n <= capacity_) std::memcpy(output_ + written_, bytes, n);
        written_ += n;
    }
    size_t written() const { return written_; }

private:
    uint8_t *output_;
    size_t capacity_;
    size_t written_ = 0;
};

/// No code point below U+0300 changes in form C or combines with what is before it: text whose bytes are all below
/// 0xCC (the first byte of U+0300) is normal. Eight bytes at a time in a loop that compilers turn into SIMD.
bool all_below_combining(const uint8_t *utf8, size_t count) {
    size_t i = 0;
    while (i + 64 <= count) {
        uint8_t highest = 0;
        for (size_t j = 0; j < 64; j++) highest = utf8[i + j] > highest ? utf8[i + j] : highest;
        if (highest >= 0xCC) return false;
        i += 64;
    }
    for (; i < count; i++)
        if (utf8[i] >= 0xCC) return false;
    return true;
}

}  // namespace

extern "C" int64_t leat_icu_nfc(const uint8_t *utf8, size_t count, uint8_t *output, size_t capacity) {
    if (count > INT32_MAX) return LEAT_ICU_FAILED;
    if (all_below_combining(utf8, count)) return LEAT_ICU_ALREADY_NORMAL;
    try {
        UErrorCode error = U_ZERO_ERROR;
        const icu::Normalizer2 *form = icu::Normalizer2::getNFCInstance(error);
        if (U_FAILURE(error)) return LEAT_ICU_FAILED;
        icu::StringPiece text(reinterpret_cast<const char *>(utf8), static_cast<int32_t>(count));
        if (form->isNormalizedUTF8(text, error) && U_SUCCESS(error)) return LEAT_ICU_ALREADY_NORMAL;
        BoundedSink sink(output, capacity);
        form->normalizeUTF8(0, text, sink, nullptr, error);
        return U_FAILURE(error) ? LEAT_ICU_FAILED : static_cast<int64_t>(sink.written());
    } catch (...) {
        return LEAT_ICU_FAILED;
    }
}
