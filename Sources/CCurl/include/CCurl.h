// libcurl's variadic setopt and getinfo with one type each, which Swift can call. No logic lives here.
#pragma once
#include <curl/curl.h>

typedef size_t (*leat_curl_callback)(char *bytes, size_t size, size_t count, void *context);

CURLcode leat_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode leat_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
// The string is copied by libcurl (but for CURLOPT_POSTFIELDS, which must outlive the transfer).
CURLcode leat_curl_set_string(CURL *handle, CURLoption option, const char *value);
// The list must outlive the transfer.
CURLcode leat_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);
CURLcode leat_curl_set_write(CURL *handle, leat_curl_callback function, void *context);
CURLcode leat_curl_set_header(CURL *handle, leat_curl_callback function, void *context);
CURLcode leat_curl_get_long(CURL *handle, CURLINFO info, long *value);

// The result of a transfer that has ended, if one has; returns 1 and stores it, otherwise 0.
int leat_curl_finished(CURLM *multi, CURLcode *result);
