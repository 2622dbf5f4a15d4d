#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

struct leat_sentencepiece {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

void say(char *message, size_t capacity, const char *text) {
    if (capacity == 0) return;
    std::strncpy(message, text, capacity - 1);
    message[capacity - 1] = 0;
}

}  // namespace

extern "C" leat_sentencepiece *leat_sentencepiece_load(
    const void *model, size_t size, char *message, size_t capacity) {
    try {
        auto *made = new leat_sentencepiece;
        const auto status = made->processor.LoadFromSerializedProto(
            std::string_view(static_cast<const char *>(model), size));
        if (status.ok()) return made;
        say(message, capacity, status.ToString().c_str());
        delete made;
    } catch (const std::exception &error) {
        say(message, capacity, error.what());
    } catch (...) {
        say(message, capacity, "an exception without a message");
    }
    return nullptr;
}

extern "C" void leat_sentencepiece_free(leat_sentencepiece *processor) {
    try {
        delete processor;
    } catch (...) {
    }
}

extern "C" int64_t leat_sentencepiece_encode(
    const leat_sentencepiece *processor, const char *text, size_t size, uint32_t **ids) {
    *ids = nullptr;
    try {
        std::vector<int> found;
        if (!processor->processor.Encode(std::string_view(text, size), &found).ok()) return -1;
        if (found.empty()) return 0;
        auto *copy = static_cast<uint32_t *>(std::malloc(found.size() * sizeof(uint32_t)));
        if (copy == nullptr) return -1;
        for (size_t index = 0; index < found.size(); ++index) copy[index] = static_cast<uint32_t>(found[index]);
        *ids = copy;
        return static_cast<int64_t>(found.size());
    } catch (...) {
        return -1;
    }
}

extern "C" void leat_sentencepiece_free_ids(uint32_t *ids) { std::free(ids); }
