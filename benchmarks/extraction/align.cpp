// Aligns the words of a page with the words of its labelled text: a global alignment that prefers unbroken runs.
// Build: g++ -O2 -shared -fPIC align.cpp -o align.so
#include <cstddef>
#include <cstdint>
#include <vector>

// matched[i] = 1 where page word i stands in the labelled text. Returns 0, or 1 when the table would pass `cells`.
extern "C" int align(const int32_t *page, int64_t n, const int32_t *truth, int64_t m, uint8_t *matched, int64_t cells) {
    for (int64_t i = 0; i < n; i++) matched[i] = 0;
    if (n == 0 || m == 0) return 0;
    if (n * m > cells) return 1;
    std::vector<uint8_t> back((std::size_t)n * m); // bits 0-1: 0 skip page word, 1 skip truth word, 2 match; bit 2: run goes on
    std::vector<int32_t> best(m + 1, 0), run(m + 1, -1000000), last_best, last_run;
    for (int64_t i = 0; i < n; i++) {
        last_best = best;
        last_run = run;
        run[0] = -1000000;
        uint8_t *row = &back[(std::size_t)i * m];
        for (int64_t j = 0; j < m; j++) {
            int32_t here = last_best[j + 1];
            uint8_t from = 0;
            if (best[j] > here) { here = best[j]; from = 1; }
            int32_t match = -1000000;
            if (page[i] == truth[j]) {
                int32_t fresh = last_best[j] + 2, longer = last_run[j] + 3;
                match = longer >= fresh ? longer : fresh;
                if (longer >= fresh) from |= 4;
                if (match > here) { here = match; from = (from & 4) | 2; }
            }
            run[j + 1] = match;
            best[j + 1] = here;
            row[j] = from;
        }
    }
    int64_t i = n - 1, j = m - 1;
    bool in_run = false;
    while (i >= 0 && j >= 0) {
        uint8_t from = back[(std::size_t)i * m + j];
        if (in_run || (from & 3) == 2) {
            matched[i] = 1;
            in_run = from & 4;
            i--; j--;
        } else if ((from & 3) == 1) j--;
        else i--;
    }
    return 0;
}
