// Keeps C++ exceptions and Arrow's statuses inside this target.
#pragma once

#include <arrow/status.h>

#include <cstring>
#include <exception>
#include <string>

namespace leat {

inline void say(const std::string &message, char *error, size_t size) {
    if (error == nullptr || size == 0) return;
    const size_t count = message.size() < size - 1 ? message.size() : size - 1;
    std::memcpy(error, message.data(), count);
    error[count] = 0;
}

// Runs `work`, which returns an arrow::Status; true when it went well, else the reason is in `error`.
template <typename Work>
bool guarded(char *error, size_t size, Work &&work) noexcept {
    try {
        const arrow::Status status = work();
        if (status.ok()) return true;
        say(status.ToString(), error, size);
    } catch (const std::exception &exception) {
        say(exception.what(), error, size);
    } catch (...) {
        say("an exception that is no std::exception", error, size);
    }
    return false;
}

}  // namespace leat
