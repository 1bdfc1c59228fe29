package org.walarchive.store.azure;

import com.azure.storage.blob.BlobContainerClientBuilder;
import java.net.URI;
import java.util.UUID;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** The server that ci/stores/up has started. */
final class Azurite {

    static final String VARIABLE = "WALARCHIVE_TEST_AZURITE";
    static final String DISABLED = "Azurite is started by ci/stores/up";
    static final String ACCOUNT = "devstoreaccount1";

    /** Every emulator has it, and Microsoft documents it. */
    static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private Azurite() {}

    static URI address() {
        return URI.create(System.getenv(VARIABLE));
    }

    /** Makes a container and returns its name. */
    static String makeContainer() {
        String name = "container-" + UUID.randomUUID();
        AzureCredential credential = new AzureCredential.AccountKey(ACCOUNT, KEY);
        try (HttpTransport transport =
                new HttpTransport(java.net.http.HttpClient.newHttpClient(), SettingsReader.DEFAULT_READ_TIMEOUT)) {
            new BlobContainerClientBuilder()
                    .endpoint(address() + "/" + ACCOUNT)
                    .containerName(name)
                    .pipeline(AzureConnection.pipeline(transport, credential))
                    .buildClient()
                    .create();
        }
        return name;
    }

    /** Returns a builder of stores behind a port of this machine. */
    static AzureStoreProvider.Builder provider(int port) {
        return AzureStoreProvider.builder()
                .account(ACCOUNT)
                .accessKey(KEY)
                .endpoint("http://127.0.0.1:" + port + "/" + ACCOUNT);
    }

    static BlobStore open(AzureStoreProvider.Builder builder, String container) throws StoreException {
        return builder.build().open(StoreLocation.parse("wabs://" + container + "/some/dir"), StoreSettings.none());
    }
}
