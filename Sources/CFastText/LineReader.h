// Turns a line into the rows of a fastText model's input matrix: the same rows, in the same order, as
// fasttext::Dictionary::getLine gives, several times faster. The library looks every character n-gram up twice in a
// std::unordered_map (44 % of the time of a prediction) and hashes each from its start; this keeps the map of a pruned
// model as a bit set with counts, carries hashes on, and looks words up by hash.
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
#include <cstring>
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

    /// 1 where an n-gram has a row, else 0. (There is at least one bucket.)
    size_t has(uint32_t ngram) const { return isPruned_ ? present_[ngram / 64] >> (ngram % 64) & 1 : 1; }

    /// The row of an n-gram that has one, among the n-grams' rows.
    int32_t row(uint32_t ngram) const { return isPruned_ ? rows_[place(ngram)] : static_cast<int32_t>(ngram); }

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

/// The dictionary's words by their hash. The library compares a word with each entry that it meets, at a miss of the cache each; this compares
/// hashes first. Never changes after its constructor; the words stay the dictionary's.
class WordTable {
    // A protected member, read through a pointer to member that a derived class may form.
    struct Access : fasttext::Dictionary {
        static auto words() { return &Access::words_; }
    };
    struct Slot {
        uint32_t hash;
        int32_t id;
    };

public:
    explicit WordTable(const fasttext::Dictionary &dictionary) : words_(dictionary.*Access::words()) {
        size_t size = 16;
        while (size < words_.size() * 2) size *= 2;
        slots_.resize(size, {0, -1});
        for (size_t id = 0; id < words_.size(); id++) {
            const uint32_t hash = dictionary.hash(words_[id].word);
            size_t at = hash & (size - 1);
            while (slots_[at].id >= 0) at = (at + 1) & (size - 1);
            slots_[at] = {hash, static_cast<int32_t>(id)};
        }
    }

    /// The id of a word whose hash is known, or -1.
    int32_t find(const char *word, size_t count, uint32_t hash) const {
        for (size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].id < 0) return -1;
            if (slots_[at].hash != hash) continue;
            const std::string &found = words_[static_cast<size_t>(slots_[at].id)].word;
            if (found.size() == count && std::memcmp(found.data(), word, count) == 0) return slots_[at].id;
        }
    }

private:
    const std::vector<fasttext::entry> &words_;
    std::vector<Slot> slots_;
};

/// Remainders of 32-bit numbers by one divisor without a division (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019).
class Remainder {
public:
    explicit Remainder(uint32_t divisor) : divisor_(divisor), factor_(divisor == 0 ? 0 : ~uint64_t{0} / divisor + 1) {}
    uint32_t of(uint32_t number) const {
        return static_cast<uint32_t>((static_cast<unsigned __int128>(factor_ * number) * divisor_) >> 64);
    }

private:
    uint64_t divisor_, factor_;
};

/// Reads lines for one model. Constant after its constructor: any thread may use it.
class LineReader {
public:
    LineReader(std::shared_ptr<const fasttext::Dictionary> dictionary, const fasttext::Args &args)
        : dictionary_(std::move(dictionary)), kept_(*dictionary_, args.bucket), words_(*dictionary_), label_(args.label),
          nwords_(dictionary_->nwords()), bucket_(args.bucket > 0 ? static_cast<uint32_t>(args.bucket) : 0), remainder_(bucket_),
          minn_(args.minn), maxn_(args.maxn), isUsable_(args.wordNgrams <= 1) {}

    /// Whether this reader can stand for the library's: not for models with word n-grams.
    bool isUsable() const { return isUsable_; }

    std::vector<int32_t> rows(const char *line, size_t count) const {
        std::vector<int32_t> rows;
        rows.reserve(count * 2);
        std::string marked;
        std::vector<uint32_t> ngrams;
        size_t i = 0;
        while (i < count && line[i] != '\n') {
            size_t end = i;
            uint32_t hash = hashStart;
            while (end < count && !isSpace(line[end])) hash = hashed(hash, line[end++]);
            if (end == i) {
                i++;
                continue;
            }
            add(line + i, end - i, hash, marked, ngrams, rows);
            i = end;
        }
        if (i < count) {
            const std::string &word = fasttext::Dictionary::EOS;
            add(word.data(), word.size(), dictionary_->hash(word), marked, ngrams, rows);
        }
        return rows;
    }

private:
    static bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

    static uint32_t hashed(uint32_t hash, char c) {
        // Sign-extended, as models were trained.
        return (hash ^ static_cast<uint32_t>(static_cast<int8_t>(c))) * 16777619u;
    }

    static constexpr uint32_t hashStart = 2166136261u;

    void add(
        const char *word, size_t count, uint32_t hash, std::string &marked, std::vector<uint32_t> &ngrams, std::vector<int32_t> &rows) const {
        const int32_t id = words_.find(word, count, hash);
        if (id >= nwords_ || (id < 0 && count >= label_.size() && std::memcmp(word, label_.data(), label_.size()) == 0)) return;
        if (id < 0) {
            if (fasttext::Dictionary::EOS.compare(0, std::string::npos, word, count) == 0) return;
            marked.assign(1, '<');
            marked.append(word, count);
            marked.push_back('>');
            addNgrams(marked, ngrams, rows);
        } else if (maxn_ <= 0) {
            rows.push_back(id);
        } else {
            const std::vector<int32_t> &stored = dictionary_->getSubwords(id);
            rows.insert(rows.end(), stored.begin(), stored.end());
        }
    }

    static bool continues(char c) { return (c & 0xC0) == 0x80; }

    void addNgrams(const std::string &marked, std::vector<uint32_t> &ngrams, std::vector<int32_t> &rows) const {
        const char *bytes = marked.data();
        const size_t size = marked.size();
        if (bucket_ == 0 || maxn_ <= 0) return;
        const size_t most = size * static_cast<size_t>(maxn_);
        if (ngrams.size() < most) ngrams.resize(most);
        // Which n-grams have rows is next to random, so nothing branches on it: each is written, and the place moves on if it has one.
        uint32_t *found = ngrams.data();
        for (size_t i = 0; i < size; i++) {
            if (continues(bytes[i])) continue;
            uint32_t hash = hashStart;
            size_t j = i;
            for (int32_t n = 1; j < size && n <= maxn_; n++) {
                hash = hashed(hash, bytes[j++]);
                while (j < size && continues(bytes[j])) hash = hashed(hash, bytes[j++]);
                if (n < minn_ || (n == 1 && (i == 0 || j == size))) continue;
                *found = remainder_.of(hash);
                found += kept_.has(*found);
            }
        }
        for (const uint32_t *ngram = ngrams.data(); ngram < found; ngram++) rows.push_back(nwords_ + kept_.row(*ngram));
    }

    std::shared_ptr<const fasttext::Dictionary> dictionary_;
    KeptNgrams kept_;
    WordTable words_;
    std::string label_;
    int32_t nwords_;
    uint32_t bucket_;
    Remainder remainder_;
    int32_t minn_, maxn_;
    bool isUsable_;
};

}  // namespace leat
