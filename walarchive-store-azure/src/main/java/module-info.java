/** The store for Azure Blob Storage. */
module org.walarchive.store.azure {
    requires transitive org.walarchive.api;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;
    requires com.azure.core;
    requires com.azure.storage.blob;
    requires com.azure.storage.common;
    requires java.net.http;
    requires org.slf4j;
    requires reactor.core;

    exports org.walarchive.store.azure;

    provides org.walarchive.store.BlobStoreProvider with
            org.walarchive.store.azure.AzureStoreProvider;
}
