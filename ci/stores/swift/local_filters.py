"""Filters for a Swift proxy that runs as one process beside nothing else."""

import time

from keystonemiddleware import auth_token


class LocalCache:
    """What Swift asks of memcached, which TempAuth keeps its tokens in."""

    memcache_servers = ["local"]

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        value, ends = self.values.get(key, (None, 0))
        if ends and ends < time.time():
            del self.values[key]
            return None
        return value

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.values[key] = (value, end(time))

    def incr(self, key, delta=1, time=0):
        number = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, number, time=time)
        return number

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -int(delta), time)

    def delete(self, key, server_key=None):
        self.values.pop(key, None)

    def set_multi(self, mapping, server_key, serialize=True, time=0, min_compress_len=0):
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, server_key):
        return [self.get(key) for key in keys]


def end(seconds):
    """As in memcached, more than 30 days are a point in time."""
    if not seconds:
        return 0
    return time.time() + seconds if seconds < 30 * 86400 else seconds


def cache(global_conf, **local_conf):
    values = LocalCache()

    def filtered(app):
        def answer(env, start_response):
            env["swift.cache"] = values
            return app(env, start_response)

        return answer

    return filtered


def authtoken(global_conf, **local_conf):
    """Keystone's filter, which would ask Keystone about each of TempAuth's tokens at each request."""
    keystone = auth_token.filter_factory(global_conf, **local_conf)

    def filtered(app):
        checked = keystone(app)

        def answer(env, start_response):
            ours = env.get("HTTP_X_AUTH_TOKEN", "").startswith("TEMPAUTH_")
            return (app if ours else checked)(env, start_response)

        return answer

    return filtered
