// See CFastText.h.
#include "CFastText.h"

#include <fasttext/fasttext.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <istream>
#include <memory>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <vector>

namespace {

/// A stream over the caller's bytes: fastText reads from streams, and a string stream would copy the text.
class BytesBuffer final : public std::streambuf {
public:
    BytesBuffer(const char *bytes, size_t count) {
        // The get area is never written to; its type only lacks the const.
        char *start = const_cast<char *>(bytes);
        setg(start, start, start + count);
    }
};

/// Loads from a stream that throws where bytes are missing: fastText's own loader reads on behind the end of a truncated
/// file, without an end.
class BoundedFastText final : public fasttext::FastText {
public:
    void open(const char *path) {
        std::ifstream file(path, std::ifstream::binary);
        if (!file.is_open()) throw std::invalid_argument("it cannot be opened");
        file.exceptions(std::ios::badbit | std::ios::failbit | std::ios::eofbit);
        try {
            if (!checkModel(file)) throw std::invalid_argument("it is not a model of fastText 0.9");
            loadModel(file);
        } catch (const std::ios_base::failure &) {
            throw std::invalid_argument("it ends too early, or is no file");
        }
    }
};

}  // namespace

struct leat_fasttext {
    BoundedFastText model;
    std::shared_ptr<const fasttext::Dictionary> dictionary;
    std::vector<std::string> labels;
};

extern "C" {

leat_fasttext *leat_fasttext_open(const char *path, char *message, size_t capacity) {
    leat_fasttext *model = nullptr;
    try {
        model = new leat_fasttext;
        model->model.open(path);
        if (model->model.getArgs().model != fasttext::model_name::sup)
            throw std::invalid_argument("the model is not a supervised one and has no labels");
        model->dictionary = model->model.getDictionary();
        for (int32_t i = 0; i < model->dictionary->nlabels(); i++) model->labels.push_back(model->dictionary->getLabel(i));
        return model;
    } catch (const std::exception &error) {
        std::snprintf(message, capacity, "%s", error.what());
    } catch (...) {
        std::snprintf(message, capacity, "unknown C++ exception");
    }
    delete model;
    return nullptr;
}

void leat_fasttext_close(leat_fasttext *model) { delete model; }

int32_t leat_fasttext_label_count(const leat_fasttext *model) { return static_cast<int32_t>(model->labels.size()); }

const char *leat_fasttext_label(const leat_fasttext *model, int32_t index) {
    if (index < 0 || static_cast<size_t>(index) >= model->labels.size()) return nullptr;
    return model->labels[static_cast<size_t>(index)].c_str();
}

int32_t leat_fasttext_predict(
    const leat_fasttext *model, const char *line, size_t count, leat_fasttext_prediction *predictions, int32_t capacity) {
    if (count == 0 || capacity <= 0) return 0;
    try {
        BytesBuffer buffer(line, count);
        std::istream stream(&buffer);
        std::vector<int32_t> words, labels;
        model->dictionary->getLine(stream, words, labels);
        fasttext::Predictions found;
        model->model.predict(capacity, words, found, 0.0);
        int32_t kept = std::min(capacity, static_cast<int32_t>(found.size()));
        for (int32_t i = 0; i < kept; i++) {
            // fastText adds 1e-5 before each logarithm, so a sum can pass 1 by that much.
            float score = std::min(1.0f, std::exp(found[static_cast<size_t>(i)].first));
            predictions[i] = {found[static_cast<size_t>(i)].second, score};
        }
        return kept;
    } catch (...) {
        return -1;
    }
}

}  // extern "C"
