package org.walarchive.store.swift;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.CertificateFile;
import org.walarchive.store.support.RequestWatch;

/** Sends requests over OkHttp, each once. docs/decisions/0010-swift-requests.md tells why not over openstack4j. */
final class SwiftHttp implements AutoCloseable {

    private static final int IDLE_CONNECTIONS = 32;

    /** Services close an idle connection after 20 s at the earliest known; a closed one costs a failure. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private static final int REQUEST_TIMEOUT = 408;
    private static final String RETRY_AFTER = "Retry-After";

    private final RequestWatch watch = new RequestWatch("walarchive-swift-watch");
    private final OkHttpClient client;

    private SwiftHttp(OkHttpClient client) {
        this.client = client;
    }

    static SwiftHttp open(SwiftConfig config) throws StoreException {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(config.connectTimeout())
                .readTimeout(config.readTimeout())
                .writeTimeout(config.readTimeout())
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE.toSeconds(), TimeUnit.SECONDS))
                .followRedirects(false)
                .followSslRedirects(false)
                // For the other addresses of a host; what has been sent is not sent again: see once().
                .retryOnConnectionFailure(true)
                .addNetworkInterceptor(SwiftHttp::once);
        if (config.caFile().isPresent()) {
            CertificateFile trusted =
                    CertificateFile.read(SettingsReader.CA_FILE, config.caFile().get());
            builder.sslSocketFactory(trusted.sslContext().getSocketFactory(), trusted.x509TrustManager());
        }
        return new SwiftHttp(builder.build());
    }

    /**
     * Sends a request.
     *
     * @param secret what is secret in it
     * @throws IOException if there is no answer
     */
    Reply send(Request request, String secret) throws IOException {
        // A compressed answer would be unpacked unasked, and its length would not be known.
        Request plain =
                request.newBuilder().header("Accept-Encoding", "identity").build();
        WatchedCall call = new WatchedCall(watch, client, plain);
        try {
            Response response = call.execute();
            return new Reply(response, call.body(response), secret);
        } catch (FailedAfterSending e) {
            throw e.failure;
        }
    }

    /** Called when there is a connection. Keeps OkHttp from sending a request again by itself. */
    private static Response once(Interceptor.Chain chain) throws IOException {
        WatchedCall.connected(chain);
        Response response;
        try {
            response = chain.proceed(chain.request());
        } catch (IOException e) {
            throw new FailedAfterSending(e);
        }
        if (response.code() == REQUEST_TIMEOUT) {
            return response.newBuilder().header(RETRY_AFTER, "1").build();
        }
        return "0".equals(response.header(RETRY_AFTER))
                ? response.newBuilder().removeHeader(RETRY_AFTER).build()
                : response;
    }

    /** A failure of a class that OkHttp takes for one that another attempt would not mend. */
    private static final class FailedAfterSending extends ProtocolException {

        private final IOException failure;

        FailedAfterSending(IOException failure) {
            super(failure.getMessage());
            this.failure = failure;
        }
    }

    @Override
    public void close() {
        watch.close();
        client.connectionPool().evictAll();
    }
}
