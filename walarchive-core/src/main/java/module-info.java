/** The engine behind walarchive-api. Exports nothing: it is found through ServiceLoader. */
module org.walarchive.core {
    requires org.walarchive.api;
    requires static org.jspecify;
    requires static com.github.luben.zstd_jni;
    requires static dec;
    requires static org.tukaani.xz;
    requires aircompressor;
    requires com.fasterxml.jackson.databind;
    requires java.sql;
    requires jdk.httpserver;
    requires jdk.net;
    requires jdk.unsupported; // for aircompressor, which as no module of its own cannot ask for it
    requires org.apache.commons.compress;
    requires org.bouncycastle.pg;
    requires org.bouncycastle.provider;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    provides org.walarchive.spi.EngineProvider with
            org.walarchive.core.CoreEngineProvider;

    uses org.walarchive.store.BlobStoreProvider;
}
