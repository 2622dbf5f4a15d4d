// Records what a program asks of the disk beneath one folder, in the order in which it happens: for ops/lib/power-cut-test, which takes what a
// lost power supply may leave of it. Loaded by LD_PRELOAD; POWER_CUT_ROOT names the folder, POWER_CUT_JOURNAL the file that is written.
//
// A journal is entries back to back, little-endian: kind u8, descriptor i32, a u64, b u64, first length u32, second length u32, then both.
//   1 open       a: flags; first: the path          2 close
//   3 write      a: offset; first: the bytes        4 truncate   a: size
//   5 sync begun                                    6 sync done  a: where the entry of its beginning stands in the journal
//   7 rename     both paths    8 unlink    9 mkdir    10 rmdir   first: the path
// A sync makes durable what was written before it began, so its beginning has an entry of its own; and what it promises holds from its end on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, CLOSE, WRITE, TRUNCATE, SYNC_BEGUN, SYNC_DONE, RENAME, UNLINK, MKDIR, RMDIR };
enum { MOST_DESCRIPTORS = 1 << 16 };

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int journal = -1;
static uint64_t length;
static const char *root;
static size_t root_length;
static unsigned char tracked[MOST_DESCRIPTORS];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void begin(void) {
    const char *path = getenv("POWER_CUT_JOURNAL");
    root = getenv("POWER_CUT_ROOT");
    if (path == NULL || root == NULL) return;
    root_length = strlen(root);
    journal = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    struct stat info;
    if (journal >= 0 && fstat(journal, &info) == 0) length = (uint64_t)info.st_size;
}

static int is_inside(const char *path) {
    pthread_once(&once, begin);
    return journal >= 0 && path != NULL && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static int is_tracked(int descriptor) {
    pthread_once(&once, begin);
    return journal >= 0 && descriptor >= 0 && descriptor < MOST_DESCRIPTORS && __atomic_load_n(&tracked[descriptor], __ATOMIC_ACQUIRE);
}

// With `order` held. A journal that cannot be written would prove nothing: then the program ends.
static uint64_t note(uint8_t kind, int32_t descriptor, uint64_t a, uint64_t b, const void *one, uint32_t one_count, const void *two, uint32_t two_count) {
    unsigned char head[29];
    head[0] = kind;
    memcpy(head + 1, &descriptor, 4);
    memcpy(head + 5, &a, 8);
    memcpy(head + 13, &b, 8);
    memcpy(head + 21, &one_count, 4);
    memcpy(head + 25, &two_count, 4);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)one, one_count}, {(void *)two, two_count}};
    size_t total = sizeof head + one_count + two_count;
    if (writev(journal, parts, 3) != (ssize_t)total) abort();
    uint64_t position = length;
    length += total;
    return position;
}

static uint64_t note_once(uint8_t kind, int32_t descriptor, uint64_t a, const void *bytes, uint32_t count) {
    pthread_mutex_lock(&order);
    uint64_t position = note(kind, descriptor, a, 0, bytes, count, NULL, 0);
    pthread_mutex_unlock(&order);
    return position;
}

// Names change one at a time, so that the journal's order is theirs.
static int opened(int (*really)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    if (!is_inside(path)) return really(path, flags, mode);
    pthread_mutex_lock(&order);
    int descriptor = really(path, flags, mode);
    if (descriptor >= MOST_DESCRIPTORS) abort();
    if (descriptor >= 0) {
        __atomic_store_n(&tracked[descriptor], 1, __ATOMIC_RELEASE);
        note(OPEN, descriptor, (uint64_t)flags, 0, path, (uint32_t)strlen(path), NULL, 0);
    }
    int reason = errno;
    pthread_mutex_unlock(&order);
    errno = reason;
    return descriptor;
}

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return opened(REAL(open), path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return opened(REAL(open64), path, flags, mode);
}

int close(int descriptor) {
    if (is_tracked(descriptor)) {
        // Before it happens: the number may be another file's the moment after.
        note_once(CLOSE, descriptor, 0, NULL, 0);
        __atomic_store_n(&tracked[descriptor], 0, __ATOMIC_RELEASE);
    }
    return REAL(close)(descriptor);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    ssize_t done = REAL(pwrite)(descriptor, bytes, count, offset);
    if (done > 0 && is_tracked(descriptor)) note_once(WRITE, descriptor, (uint64_t)offset, bytes, (uint32_t)done);
    return done;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    ssize_t done = REAL(pwrite64)(descriptor, bytes, count, offset);
    if (done > 0 && is_tracked(descriptor)) note_once(WRITE, descriptor, (uint64_t)offset, bytes, (uint32_t)done);
    return done;
}

// The place is asked for first; a file that is only appended to (the audit log) has its end there.
ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (!is_tracked(descriptor)) return REAL(write)(descriptor, bytes, count);
    pthread_mutex_lock(&order);
    int appends = fcntl(descriptor, F_GETFL) & O_APPEND;
    off_t place = lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR);
    ssize_t done = REAL(write)(descriptor, bytes, count);
    if (done > 0) note(WRITE, descriptor, (uint64_t)place, 0, bytes, (uint32_t)done, NULL, 0);
    int reason = errno;
    pthread_mutex_unlock(&order);
    errno = reason;
    return done;
}

int ftruncate(int descriptor, off_t size) {
    int result = REAL(ftruncate)(descriptor, size);
    if (result == 0 && is_tracked(descriptor)) note_once(TRUNCATE, descriptor, (uint64_t)size, NULL, 0);
    return result;
}

int ftruncate64(int descriptor, off64_t size) {
    int result = REAL(ftruncate64)(descriptor, size);
    if (result == 0 && is_tracked(descriptor)) note_once(TRUNCATE, descriptor, (uint64_t)size, NULL, 0);
    return result;
}

static int synced(int (*really)(int), int descriptor) {
    if (!is_tracked(descriptor)) return really(descriptor);
    uint64_t begun = note_once(SYNC_BEGUN, descriptor, 0, NULL, 0);
    int result = really(descriptor);
    if (result == 0) note_once(SYNC_DONE, descriptor, begun, NULL, 0);
    return result;
}

int fsync(int descriptor) { return synced(REAL(fsync), descriptor); }
int fdatasync(int descriptor) { return synced(REAL(fdatasync), descriptor); }

static int named(uint8_t kind, const char *one, const char *two, int result_of_locked) {
    int reason = errno;
    if (result_of_locked == 0) note(kind, -1, 0, 0, one, (uint32_t)strlen(one), two, two ? (uint32_t)strlen(two) : 0);
    pthread_mutex_unlock(&order);
    errno = reason;
    return result_of_locked;
}

int rename(const char *from, const char *to) {
    if (!is_inside(from) && !is_inside(to)) return REAL(rename)(from, to);
    pthread_mutex_lock(&order);
    return named(RENAME, from, to, REAL(rename)(from, to));
}

int unlink(const char *path) {
    if (!is_inside(path)) return REAL(unlink)(path);
    pthread_mutex_lock(&order);
    return named(UNLINK, path, NULL, REAL(unlink)(path));
}

int mkdir(const char *path, mode_t mode) {
    if (!is_inside(path)) return REAL(mkdir)(path, mode);
    pthread_mutex_lock(&order);
    return named(MKDIR, path, NULL, REAL(mkdir)(path, mode));
}

int rmdir(const char *path) {
    if (!is_inside(path)) return REAL(rmdir)(path);
    pthread_mutex_lock(&order);
    return named(RMDIR, path, NULL, REAL(rmdir)(path));
}

// What this does not follow must not be used beneath the folder: better an end than a proof of something else.
static void refuse(const char *path) { if (is_inside(path)) abort(); }
int creat(const char *path, mode_t mode) { refuse(path); return REAL(creat)(path, mode); }
int link(const char *from, const char *to) { refuse(to); return REAL(link)(from, to); }
int truncate(const char *path, off_t size) { refuse(path); return REAL(truncate)(path, size); }
int remove(const char *path) { refuse(path); return REAL(remove)(path); }
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (is_tracked(descriptor)) abort();
    return REAL(writev)(descriptor, parts, count);
}
