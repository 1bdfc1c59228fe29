package org.walarchive.store.gcs;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.apache.http.config.SocketConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.SystemDefaultRoutePlanner;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.RequestWatch;

/** The client of HTTP, what is said of who asks, and what must be closed with them. */
final class GcsConnection implements AutoCloseable {

    private static final int CONNECTIONS = 128;

    /** Services close an idle connection after 20 s at the earliest known; a closed one costs a failure. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final RequestWatch watch;
    private final CloseableHttpClient http;
    private final HttpTransport transport;
    private final Authorization authorization;
    private final GcsConfig config;

    private GcsConnection(
            RequestWatch watch,
            CloseableHttpClient http,
            HttpTransport transport,
            Authorization authorization,
            GcsConfig config) {
        this.watch = watch;
        this.http = http;
        this.transport = transport;
        this.authorization = authorization;
        this.config = config;
    }

    /** Makes the client. Nothing is sent. */
    static GcsConnection open(GcsConfig config, ExecutorService threads) throws StoreException {
        Authorization authorization = switch (config.endpoint().access()) {
            case ANYBODY -> Authorization.NONE;
            case CREDENTIAL -> Tokens.open(config, threads);
        };
        RequestWatch watch = new RequestWatch("walarchive-gcs-watch");
        CloseableHttpClient http =
                new WatchedHttpClient(httpClient(config), watch, config.connectTimeout(), config.readTimeout());
        return new GcsConnection(watch, http, new ApacheHttpTransport(http), authorization, config);
    }

    private static CloseableHttpClient httpClient(GcsConfig config) {
        return HttpClientBuilder.create()
                .setRoutePlanner(new SystemDefaultRoutePlanner(ProxySelector.getDefault()))
                .setMaxConnTotal(CONNECTIONS)
                .setMaxConnPerRoute(CONNECTIONS)
                .setKeepAliveStrategy((response, context) -> IDLE.toMillis())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout((int) config.readTimeout().toMillis())
                        .setSoKeepAlive(true)
                        .setTcpNoDelay(true)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    HttpRequestFactory requests() {
        return transport.createRequestFactory(this::prepare);
    }

    private void prepare(HttpRequest request) {
        request.setNumberOfRetries(0)
                .setFollowRedirects(false)
                .setThrowExceptionOnExecuteError(false)
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setReadTimeout((int) config.readTimeout().toMillis())
                .setLoggingEnabled(false)
                .setCurlLoggingEnabled(false)
                .getHeaders()
                .setUserAgent("walarchive");
    }

    Authorization authorization() {
        return authorization;
    }

    @Override
    public void close() {
        watch.close();
        try {
            http.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
