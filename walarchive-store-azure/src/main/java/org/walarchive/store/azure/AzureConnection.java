package org.walarchive.store.azure;

import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.AddDatePolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.CertificateFile;

/** The SDK's clients for a container, and what must be closed with them. Nothing in it retries. */
final class AzureConnection implements AutoCloseable {

    private final HttpTransport transport;
    private final HttpPipeline pipeline;
    private final BlobContainerClient client;

    private AzureConnection(HttpTransport transport, HttpPipeline pipeline, BlobContainerClient client) {
        this.transport = transport;
        this.pipeline = pipeline;
        this.client = client;
    }

    static AzureConnection open(AzureContainer container, AzureConfig config) throws StoreException {
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(config.connectTimeout());
        if (config.caFile().isPresent()) {
            http.sslContext(
                    CertificateFile.read(SettingsReader.CA_FILE, config.caFile().get())
                            .sslContext());
        }
        HttpTransport transport = new HttpTransport(http.build(), config.readTimeout());
        HttpPipeline pipeline = pipeline(transport, config.credential());
        BlobContainerClient client = new BlobContainerClientBuilder()
                .endpoint(config.endpoint().toString())
                .containerName(container.name())
                .pipeline(pipeline)
                .buildClient();
        return new AzureConnection(transport, pipeline, client);
    }

    static HttpPipeline pipeline(HttpTransport transport, AzureCredential credential) {
        return new HttpPipelineBuilder()
                .policies(new UserAgentPolicy("walarchive"), new AddDatePolicy(), credential.policy())
                .httpClient(transport)
                .build();
    }

    BlobContainerClient client() {
        return client;
    }

    HttpPipeline pipeline() {
        return pipeline;
    }

    @Override
    public void close() {
        transport.close();
    }
}
