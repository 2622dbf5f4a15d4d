// Turns a line into the rows of a fastText model's input matrix: the same rows, in the same order, as
// fasttext::Dictionary::getLine gives, several times faster. The library looks every character n-gram up twice in a
// std::unordered_map (44 % of the time of a prediction) and hashes each from its start; this keeps the map of a pruned
// model as a bit set with counts and carries hashes on.
//
// How fastText reads a line (its dictionary.cc): words are parted by ASCII white space and NUL. A word of the vocabulary
// gives the rows stored with it; any other word W gives a row for each n-gram of minn to maxn characters of "<W>",
// namely nwords + FNV-1a(n-gram) % bucket, where a pruned model keeps some of these and renumbers them. The line feed is
// the word "</s>". A word that starts with the label prefix is no text.
//
// One difference: "</s>" written out in a text is a word like others here; fastText would end the line at it.
#pragma once
#include <fasttext/args.h>
#include <fasttext/dictionary.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace leat {

/// Which n-grams of a pruned model are kept, and as which row. Never changes after its constructor.
class KeptNgrams {
public:
    explicit KeptNgrams(const fasttext::Dictionary &dictionary, int32_t bucket) {
        // Protected members, read through a pointer to member that a derived class may form.
        struct Access : fasttext::Dictionary {
            static auto size() { return &Access::pruneidx_size_; }
            static auto index() { return &Access::pruneidx_; }
        };
        const int64_t size = dictionary.*Access::size();
        isPruned_ = size >= 0;
        if (!isPruned_ || bucket <= 0) return;
        const auto &index = dictionary.*Access::index();
        present_.resize(static_cast<size_t>(bucket) / 64 + 1);
        for (const auto &[ngram, row] : index)
            if (ngram >= 0 && ngram < bucket) present_[static_cast<size_t>(ngram) / 64] |= uint64_t{1} << (ngram % 64);
        before_.resize(present_.size());
        uint32_t count = 0;
        for (size_t i = 0; i < present_.size(); i++) {
            before_[i] = count;
            count += static_cast<uint32_t>(__builtin_popcountll(present_[i]));
        }
        rows_.resize(count);
        for (const auto &[ngram, row] : index)
            if (ngram >= 0 && ngram < bucket) rows_[place(static_cast<uint32_t>(ngram))] = row;
    }

    /// The row of an n-gram among the n-grams' rows, or -1.
    int32_t row(uint32_t ngram) const {
        if (!isPruned_) return static_cast<int32_t>(ngram);
        if (present_.empty() || (present_[ngram / 64] >> (ngram % 64) & 1) == 0) return -1;
        return rows_[place(ngram)];
    }

private:
    size_t place(uint32_t ngram) const {
        uint64_t below = present_[ngram / 64] & ((uint64_t{1} << (ngram % 64)) - 1);
        return before_[ngram / 64] + static_cast<size_t>(__builtin_popcountll(below));
    }

    bool isPruned_ = false;
    std::vector<uint64_t> present_;  // a bit for each n-gram
    std::vector<uint32_t> before_;   // bits set before each word of `present_`
    std::vector<int32_t> rows_;      // by rank
};

/// Reads lines for one model. Constant after its constructor: any thread may use it.
class LineReader {
public:
    LineReader(std::shared_ptr<const fasttext::Dictionary> dictionary, const fasttext::Args &args)
        : dictionary_(std::move(dictionary)), kept_(*dictionary_, args.bucket), label_(args.label), nwords_(dictionary_->nwords()),
          bucket_(args.bucket > 0 ? static_cast<uint32_t>(args.bucket) : 0), minn_(args.minn), maxn_(args.maxn),
          isUsable_(args.wordNgrams <= 1) {}

    /// Whether this reader can stand for the library's: not for models with word n-grams.
    bool isUsable() const { return isUsable_; }

    std::vector<int32_t> rows(const char *line, size_t count) const {
        std::vector<int32_t> rows;
        rows.reserve(count * 2);
        std::string word;
        size_t i = 0;
        while (i < count && line[i] != '\n') {
            size_t end = i;
            while (end < count && !isSpace(line[end])) end++;
            if (end == i) {
                i++;
                continue;
            }
            word.assign(line + i, end - i);
            add(word, rows);
            i = end;
        }
        if (i < count) add(fasttext::Dictionary::EOS, rows);
        return rows;
    }

private:
    static bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

    static uint32_t hashed(uint32_t hash, char c) {
        // Sign-extended, as models were trained.
        return (hash ^ static_cast<uint32_t>(static_cast<int8_t>(c))) * 16777619u;
    }

    static constexpr uint32_t hashStart = 2166136261u;

    void add(const std::string &word, std::vector<int32_t> &rows) const {
        uint32_t hash = hashStart;
        for (char c : word) hash = hashed(hash, c);
        const int32_t id = dictionary_->getId(word, hash);
        if (id >= nwords_ || (id < 0 && word.compare(0, label_.size(), label_) == 0)) return;
        if (id < 0) {
            if (word != fasttext::Dictionary::EOS) addNgrams('<' + word + '>', rows);
        } else if (maxn_ <= 0) {
            rows.push_back(id);
        } else {
            const std::vector<int32_t> &stored = dictionary_->getSubwords(id);
            rows.insert(rows.end(), stored.begin(), stored.end());
        }
    }

    static bool continues(char c) { return (c & 0xC0) == 0x80; }

    void addNgrams(const std::string &marked, std::vector<int32_t> &rows) const {
        const size_t size = marked.size();
        if (bucket_ == 0) return;
        for (size_t i = 0; i < size; i++) {
            if (continues(marked[i])) continue;
            uint32_t hash = hashStart;
            size_t j = i;
            for (int32_t n = 1; j < size && n <= maxn_; n++) {
                hash = hashed(hash, marked[j++]);
                while (j < size && continues(marked[j])) hash = hashed(hash, marked[j++]);
                if (n < minn_ || (n == 1 && (i == 0 || j == size))) continue;
                const int32_t row = kept_.row(hash % bucket_);
                if (row >= 0) rows.push_back(nwords_ + row);
            }
        }
    }

    std::shared_ptr<const fasttext::Dictionary> dictionary_;
    KeptNgrams kept_;
    std::string label_;
    int32_t nwords_;
    uint32_t bucket_;
    int32_t minn_, maxn_;
    bool isUsable_;
};

}  // namespace leat
