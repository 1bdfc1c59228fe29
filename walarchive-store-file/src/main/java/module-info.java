/** The file system store. */
module org.walarchive.store.file {
    requires transitive org.walarchive.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports org.walarchive.store.file;

    provides org.walarchive.store.BlobStoreProvider with
            org.walarchive.store.file.FileStoreProvider;
}
