package org.walarchive.store.azure;

import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.AddDatePolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

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
            http.sslContext(trust(config.caFile().get()));
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

    private static SSLContext trust(Path file) throws StoreException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw unreadable(file, "it holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (StoreException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    private static StoreException unreadable(Path file, String reason) {
        return new StoreException(
                Kind.INVALID,
                SettingsReader.CA_FILE + " " + file + " cannot be read: " + reason,
                "It is a PEM file of one or more certificates.",
                null);
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
