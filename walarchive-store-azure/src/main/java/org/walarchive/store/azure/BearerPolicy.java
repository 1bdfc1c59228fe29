package org.walarchive.store.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import reactor.core.publisher.Mono;

/**
 * Puts a token on each request. Unlike the SDK's policy it keeps none, which is the credential's own work, and answers no challenge by
 * asking for another.
 */
final class BearerPolicy implements HttpPipelinePolicy {

    /** The same in all clouds. */
    private static final String SCOPE = "https://storage.azure.com/.default";

    private final TokenCredential tokens;

    BearerPolicy(TokenCredential tokens) {
        this.tokens = tokens;
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return Mono.defer(() -> {
            authorize(context);
            return next.process();
        });
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        authorize(context);
        return next.processSync();
    }

    private void authorize(HttpPipelineCallContext context) {
        String token =
                tokens.getTokenSync(new TokenRequestContext().addScopes(SCOPE)).getToken();
        context.getHttpRequest().setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + token);
    }
}
