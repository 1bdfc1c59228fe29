package org.walarchive.store.gcs;

import java.io.IOException;
import java.time.Duration;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.conn.ClientConnectionManager;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.params.HttpParams;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.support.RequestWatch;

/**
 * A client whose requests are watched, and have the store's time-outs at most: what the library for credentials sends has
 * longer ones, or none for a connection of the pool.
 */
@SuppressWarnings("deprecation")
final class WatchedHttpClient extends CloseableHttpClient {

    private final CloseableHttpClient client;
    private final RequestWatch watch;
    private final Duration connectTimeout;
    private final Duration readTimeout;

    WatchedHttpClient(CloseableHttpClient client, RequestWatch watch, Duration connectTimeout, Duration readTimeout) {
        this.client = client;
        this.watch = watch;
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    @Override
    protected CloseableHttpResponse doExecute(HttpHost target, HttpRequest request, @Nullable HttpContext context)
            throws IOException {
        if (!(request instanceof HttpRequestBase abortable)) {
            throw new IllegalArgumentException("request cannot be aborted: " + request.getClass());
        }
        limit(abortable);
        return new WatchedExchange(watch, abortable, readTimeout)
                .send(() -> client.execute(target, abortable, context));
    }

    private void limit(HttpRequestBase request) {
        RequestConfig given = request.getConfig() == null ? RequestConfig.DEFAULT : request.getConfig();
        request.setConfig(RequestConfig.copy(given)
                .setConnectTimeout(shorter(given.getConnectTimeout(), connectTimeout))
                .setSocketTimeout(shorter(given.getSocketTimeout(), readTimeout))
                .setConnectionRequestTimeout(shorter(given.getConnectionRequestTimeout(), readTimeout))
                .build());
    }

    private static int shorter(int givenMillis, Duration ours) {
        int oursMillis = (int) ours.toMillis();
        return givenMillis > 0 ? Math.min(givenMillis, oursMillis) : oursMillis;
    }

    @Override
    public HttpParams getParams() {
        return client.getParams();
    }

    @Override
    public ClientConnectionManager getConnectionManager() {
        return client.getConnectionManager();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
