/** The store for Google Cloud Storage. */
module org.walarchive.store.gcs {
    requires transitive org.walarchive.api;
    requires static org.jspecify;
    requires com.google.api.client;
    requires com.google.api.client.http.apache.v2;
    requires com.google.auth;
    requires com.google.auth.oauth2;
    requires com.google.gson;
    requires org.apache.httpcomponents.httpclient;
    requires org.apache.httpcomponents.httpcore;
    requires org.slf4j;

    exports org.walarchive.store.gcs;

    provides org.walarchive.store.BlobStoreProvider with
            org.walarchive.store.gcs.GcsStoreProvider;
}
