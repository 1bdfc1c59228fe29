package org.walarchive.store.s3;

import java.time.Duration;
import org.walarchive.store.support.RequestWatch;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/** A client whose requests are watched. */
final class WatchedHttpClient implements SdkHttpClient {

    private final SdkHttpClient client;
    private final RequestWatch watch;
    private final Duration stall;

    WatchedHttpClient(SdkHttpClient client, RequestWatch watch, Duration stall) {
        this.client = client;
        this.watch = watch;
        this.stall = stall;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new WatchedRequest(watch, client, request, stall);
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
