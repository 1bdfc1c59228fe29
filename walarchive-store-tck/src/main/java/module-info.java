/** The executable contract of stores, a store in memory and a store that fails on demand. */
module org.walarchive.store.tck {
    requires transitive org.walarchive.api;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports org.walarchive.store.tck;
}
