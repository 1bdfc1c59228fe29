package org.walarchive.store.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.walarchive.store.StoreException;
import reactor.core.publisher.Mono;

/**
 * Tokens of Microsoft Entra for the SDK, from what the settings name: the secret of an application, a workload identity, or a
 * managed identity. Keeps them until they are due. Fails with {@link TokenException}. May be used by many threads.
 */
final class EntraTokens implements TokenCredential {

    private final TokenFlow flow;
    private final TokenClient client;
    private final Clock clock;
    private final Map<String, TokenCache> caches = new ConcurrentHashMap<>();

    EntraTokens(TokenFlow flow, TokenClient client, Clock clock) {
        this.flow = flow;
        this.client = client;
        this.clock = clock;
    }

    /**
     * Chooses by settings. Asks nobody yet.
     *
     * @param settings values by the names of the environment
     * @throws StoreException if a setting cannot be used
     */
    static EntraTokens of(Function<String, Optional<String>> settings) throws StoreException {
        return of(settings, Clock.systemUTC(), TokenClient.ANSWER_TIMEOUT);
    }

    /** Chooses by settings, with another clock and another time-out. */
    static EntraTokens of(Function<String, Optional<String>> settings, Clock clock, Duration answerTimeout)
            throws StoreException {
        EntraSettings entra = new EntraSettings(settings);
        return new EntraTokens(entra.flow(), new TokenClient(entra.searched(), clock, answerTimeout), clock);
    }

    /**
     * Returns a token that is good now. The tenant and the claims of the context are of no effect: the tenant is that of the
     * settings, or the identity's.
     *
     * @throws TokenException if none can be had
     */
    @Override
    public AccessToken getTokenSync(TokenRequestContext context) {
        String scope = String.join(" ", context.getScopes());
        IssuedToken token = caches.computeIfAbsent(scope, this::cache).get();
        return new AccessToken(
                token.value(),
                token.expiresAt().atOffset(ZoneOffset.UTC),
                token.renewAt().atOffset(ZoneOffset.UTC));
    }

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext context) {
        return Mono.fromCallable(() -> getTokenSync(context));
    }

    private TokenCache cache(String scope) {
        return new TokenCache(() -> client.ask(flow.request(scope)), clock);
    }
}
