#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

int leat_open(const char *path, int how) {
    int flags = O_CLOEXEC;
    switch (how) {
    case LEAT_OPEN_READ: flags |= O_RDONLY; break;
    case LEAT_OPEN_WRITE: flags |= O_RDWR; break;
    case LEAT_OPEN_CREATE: flags |= O_RDWR | O_CREAT; break;
    case LEAT_OPEN_CREATE_NEW: flags |= O_RDWR | O_CREAT | O_EXCL; break;
    default: return -EINVAL;
    }
    int descriptor;
    do {
        descriptor = open(path, flags, 0644);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor < 0 ? -errno : descriptor;
}

// close() is not made again after EINTR: on Linux the descriptor is gone either way.
int leat_close(int descriptor) { return close(descriptor) < 0 && errno != EINTR ? -errno : 0; }

int64_t leat_read_at(int descriptor, void *bytes, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        ssize_t step = pread(descriptor, (char *)bytes + done, count - done, offset + (int64_t)done);
        if (step < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (step == 0) break;
        done += (size_t)step;
    }
    return (int64_t)done;
}

int leat_write_at(int descriptor, const void *bytes, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        ssize_t step = pwrite(descriptor, (const char *)bytes + done, count - done, offset + (int64_t)done);
        if (step < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (step == 0) return -EIO;
        done += (size_t)step;
    }
    return 0;
}

int64_t leat_size(int descriptor) {
    struct stat info;
    return fstat(descriptor, &info) < 0 ? -errno : (int64_t)info.st_size;
}

int leat_truncate(int descriptor, int64_t size) {
    int result;
    do {
        result = ftruncate(descriptor, size);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

// Not made again on any failure: after a failed sync the kernel may have dropped the pages.
int leat_sync_data(int descriptor) { return fdatasync(descriptor) < 0 ? -errno : 0; }

int leat_sync_folder(const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    int result = fsync(descriptor) < 0 ? -errno : 0;
    close(descriptor);
    return result;
}

int leat_rename(const char *from, const char *to) { return rename(from, to) < 0 ? -errno : 0; }
int leat_remove(const char *path) { return unlink(path) < 0 ? -errno : 0; }
int leat_make_folder(const char *path) { return mkdir(path, 0755) < 0 ? -errno : 0; }
int leat_remove_folder(const char *path) { return rmdir(path) < 0 ? -errno : 0; }

int leat_kind(const char *path) {
    struct stat info;
    if (stat(path, &info) < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
    return S_ISDIR(info.st_mode) ? 2 : 1;
}

int leat_list(const char *path, int (*visit)(void *context, const char *name), void *context) {
    DIR *folder = opendir(path);
    if (folder == NULL) return -errno;
    int result = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            result = -errno;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (visit(context, entry->d_name) != 0) break;
    }
    closedir(folder);
    return result;
}

int64_t leat_file_size(const char *path) {
    struct stat info;
    if (stat(path, &info) < 0) return -errno;
    return S_ISREG(info.st_mode) ? (int64_t)info.st_size : -EISDIR;
}

int64_t leat_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 256;
    return limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_cur;
}

int64_t leat_free_space(const char *path) {
    struct statvfs info;
    if (statvfs(path, &info) < 0) return -errno;
    return (int64_t)info.f_bavail * (int64_t)info.f_frsize;
}

int leat_lock(int descriptor) {
    int result;
    do {
        result = flock(descriptor, LOCK_EX | LOCK_NB);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

int64_t leat_wall_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t leat_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int leat_random(void *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t step = getrandom((char *)bytes + done, count - done, 0);
        if (step < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        done += (size_t)step;
    }
    return 0;
}

int64_t leat_process_id(void) { return (int64_t)getpid(); }

void leat_describe(int error, char *text, size_t capacity) {
    if (capacity == 0) return;
    // The GNU form answers the sentence, which need not be in the buffer it was given.
    char buffer[256];
    snprintf(text, capacity, "%s", strerror_r(error, buffer, sizeof buffer));
}
