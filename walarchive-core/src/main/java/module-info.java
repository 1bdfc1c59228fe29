/** The engine behind walarchive-api. Exports nothing: it is found through ServiceLoader. */
module org.walarchive.core {
    requires org.walarchive.api;
    requires static org.jspecify;
    requires static com.github.luben.zstd_jni;
    requires aircompressor;
    requires com.fasterxml.jackson.databind;
    requires java.sql;
    requires jdk.httpserver;
    requires jdk.net;
    requires jdk.unsupported; // aircompressor, which has no descriptor to say so
    requires org.apache.commons.compress;
    requires org.bouncycastle.pg;
    requires org.bouncycastle.provider;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    provides org.walarchive.spi.EngineProvider with
            org.walarchive.core.CoreEngineProvider;

    uses org.walarchive.store.BlobStoreProvider;
}
