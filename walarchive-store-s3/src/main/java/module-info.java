/** The store for Amazon S3 and services that work alike. */
module org.walarchive.store.s3 {
    requires transitive org.walarchive.api;
    requires static org.jspecify;
    requires org.slf4j;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.endpoints;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.apache5;
    requires software.amazon.awssdk.identity.spi;
    requires software.amazon.awssdk.metrics;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.utils;

    exports org.walarchive.store.s3;

    provides org.walarchive.store.BlobStoreProvider with
            org.walarchive.store.s3.S3StoreProvider;
}
