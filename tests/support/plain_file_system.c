/* Lets system calls fail as on file systems that lack them, in a process that loads this by LD_PRELOAD.

   PLAIN_FLOCK, PLAIN_RANGES, PLAIN_FSYNC (of folders), PLAIN_LINK: the errno with which each fails.
   PLAIN_HIDE=1: an open file that is removed keeps a hidden name in its folder, as on NFS and FUSE.
   PLAIN_BELOW: the folder below which all this holds. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEXT(name) dlsym(RTLD_NEXT, name)

static int number_of(const char *name) {
    const char *value = getenv(name);
    return value ? atoi(value) : 0;
}

static int is_below(const char *path) {
    const char *folder = getenv("PLAIN_BELOW");
    return folder && !strncmp(path, folder, strlen(folder));
}

static void path_of(int file, char *path) {
    char entry[64];
    snprintf(entry, sizeof entry, "/proc/self/fd/%d", file);
    ssize_t length = readlink(entry, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
}

static void whole_path(int folder, const char *name, char *path) {
    char start[PATH_MAX] = "";
    if (name[0] != '/' && folder == AT_FDCWD) {
        if (!getcwd(start, sizeof start)) start[0] = 0;
    } else if (name[0] != '/') {
        path_of(folder, start);
    }
    snprintf(path, PATH_MAX, "%s%s%s", start, start[0] ? "/" : "", name);
}

static int fails(const char *variable, int file) {
    char path[PATH_MAX];
    int error = number_of(variable);
    path_of(file, path);
    if (error && is_below(path)) errno = error;
    return error && is_below(path);
}

static int fails_at(const char *variable, int folder, const char *name) {
    char path[PATH_MAX];
    int error = number_of(variable);
    whole_path(folder, name, path);
    if (error && is_below(path)) errno = error;
    return error && is_below(path);
}

int flock(int file, int operation) {
    int (*next)(int, int) = NEXT("flock");
    return fails("PLAIN_FLOCK", file) ? -1 : next(file, operation);
}

int fsync(int file) {
    int (*next)(int) = NEXT("fsync");
    struct stat found;
    int folder = !fstat(file, &found) && S_ISDIR(found.st_mode);
    return folder && fails("PLAIN_FSYNC", file) ? -1 : next(file);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    int (*next)(int, const char *, int, const char *, int) = NEXT("linkat");
    return fails_at("PLAIN_LINK", to_folder, to) ? -1 : next(from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

static int control(const char *call, int file, int command, void *argument) {
    int (*next)(int, int, ...) = NEXT(call);
    int locks = command == F_SETLK || command == F_SETLKW;
    return locks && fails("PLAIN_RANGES", file) ? -1 : next(file, command, argument);
}

#define CONTROL(name)                                  \
    int name(int file, int command, ...) {             \
        va_list rest;                                  \
        va_start(rest, command);                       \
        void *argument = va_arg(rest, void *);         \
        va_end(rest);                                  \
        return control(#name, file, command, argument); \
    }
CONTROL(fcntl)
CONTROL(fcntl64)

static int is_open(const char *wanted) {
    DIR *files = opendir("/proc/self/fd");
    struct dirent *entry;
    char path[PATH_MAX];
    int found = 0;
    while (files && !found && (entry = readdir(files))) {
        path_of(atoi(entry->d_name), path);
        found = !strcmp(path, wanted);
    }
    if (files) closedir(files);
    return found;
}

int unlinkat(int folder, const char *name, int flags) {
    static int hidden = 0;
    int (*next)(int, const char *, int) = NEXT("unlinkat");
    char path[PATH_MAX], other[PATH_MAX + 64];
    whole_path(folder, name, path);
    if (!number_of("PLAIN_HIDE") || flags & AT_REMOVEDIR || !is_below(path) || !is_open(path))
        return next(folder, name, flags);
    char *last = strrchr(path, '/') + 1;
    if (!strncmp(last, ".hidden", 7)) {
        errno = EBUSY;
        return -1;
    }
    snprintf(other, sizeof other, "%.*s.hidden%08x%04x", (int)(last - path), path, getpid(), hidden++);
    return rename(path, other);
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
