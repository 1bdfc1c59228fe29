package org.walarchive.store.swift;

import java.time.Duration;
import java.util.Optional;
import okhttp3.Request;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.swift.Authentication.Granted;

/** Version 1, which openstack4j does not have: one request whose headers hold all, as does its answer. */
final class TempAuth implements Authentication.Api {

    private final Login login;

    TempAuth(Login login) {
        this.login = login;
    }

    @Override
    public Request request() throws StoreException {
        requireSendable("SWIFT_USER", login.user().orElse(""));
        requireSendable("SWIFT_PASSWORD", login.password());
        return new Request.Builder()
                .url(login.url())
                .header("X-Auth-User", login.user().orElse(""))
                .header("X-Auth-Key", login.password())
                .build();
    }

    /** OkHttp would say so too, with the value. */
    private void requireSendable(String setting, String value) throws StoreException {
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot log in at " + login.url() + ": " + setting + " has a character that no header can have",
                    "Does the value end in a line break? What is not ASCII needs SWIFT_AUTH_VERSION 2 or 3.",
                    null);
        }
    }

    @Override
    public Granted read(Reply reply) throws StoreException {
        Optional<String> token = reply.header("X-Auth-Token").or(() -> reply.header("X-Storage-Token"));
        Optional<String> url = reply.header("X-Storage-Url");
        if (token.isEmpty() || url.isEmpty()) {
            throw Authentication.notUnderstood(login, "no X-Auth-Token or no X-Storage-Url");
        }
        Optional<Duration> lifetime = reply.header("X-Auth-Token-Expires")
                .filter(text -> text.matches("\\d{1,9}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
        return new Granted(token.get(), url.get(), lifetime);
    }
}
